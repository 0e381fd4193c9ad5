using Iced.Intel;
using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Support;

/// <summary>What every paravirtual kernel does, as assembly macros. All clobber RAX, RCX, RDX, RSI, RDI and R8 to R11.</summary>
internal sealed partial class MicroGuest
{
    /// <summary>Where <see cref="KernelStack"/> grows down from.</summary>
    public const ulong KernelStack = ScratchPage1 + 0x1000;

    /// <summary>Where user mode has its stack.</summary>
    public const ulong UserStack = ScratchPage1 + 0x2000;

    /// <summary>Where the shared info page is mapped by <see cref="MapSharedInfo"/>.</summary>
    public const ulong SharedInfoAddress = Scratch + 0x6000;

    /// <summary>Gate that everyone may use and that closes the event mask.</summary>
    public const byte UserInterruptGate = TrapInfo.PrivilegeMask | TrapInfo.InterruptGate;

    private const ulong ScratchPage1 = Scratch + 0x1000;
    private const ulong Arguments = Data + 0x800;
    private const int FrameListOffset = 104;
    private const int SharedInfoOffset = 40;
    private const int PageTableOffset = 88;

    /// <summary>Installs one virtual gate.</summary>
    public void SetTrap(byte vector, byte flags, Label handler)
    {
        Store(Arguments, vector | ((ulong)flags << 8) | ((ulong)FlatSelectors.KernelCode << 16));
        lea(rax, __[handler]);
        mov(__qword_ptr[r11 + 8], rax);
        Store(Arguments + 24, 0);
        Hypercall(HypercallNumber.SetTrapTable, Arguments);
    }

    /// <summary>Registers a callback.</summary>
    public void SetCallback(CallbackType type, ushort flags, Label handler)
    {
        Store(Arguments, (ulong)type | ((ulong)flags << 16));
        lea(rax, __[handler]);
        mov(__qword_ptr[r11 + 8], rax);
        Hypercall(HypercallNumber.CallbackOp, (ulong)CallbackOperation.Register, Arguments);
    }

    /// <summary>Reports words from the stack, the lowest first.</summary>
    public void ReportStack(int words)
    {
        for (var i = 0; i < words; i++)
        {
            mov(rax, __qword_ptr[rsp + (i * 8)]);
            Report();
        }
    }

    /// <summary>Returns from an exception: the frame's RCX is at RSP.</summary>
    public void Return(bool hasErrorCode = false, ulong flags = 0)
    {
        pop(rcx);
        pop(r11);
        if (hasErrorCode)
        {
            add(rsp, 8);
        }

        push((int)flags);
        jmp(ImageBase + ((ulong)HypercallNumber.Iret * 32));
    }

    /// <summary>RAX = machine frame of an address.</summary>
    public void LoadMachineFrame(ulong address)
    {
        mov(rax, __qword_ptr[rbp + FrameListOffset]);
        mov(rax, __qword_ptr[rax + (int)(FrameOf(address) * 8)]);
    }

    /// <summary>Maps the shared info page at <see cref="SharedInfoAddress"/>.</summary>
    public void MapSharedInfo()
    {
        mov(rdi, SharedInfoAddress);
        mov(rsi, __qword_ptr[rbp + SharedInfoOffset]);
        or(rsi, 3);
        mov(edx, (int)UpdateVaMappingFlags.InvalidatePage);
        Hypercall(HypercallNumber.UpdateVaMapping);
    }

    /// <summary>Sets the byte that closes (1) or opens (0) the event mask.</summary>
    public void SetEventMask(int value)
    {
        mov(r11, SharedInfoAddress + 1);
        mov(__byte_ptr[r11], value);
    }

    /// <summary>Gives user mode a table with the same mappings as the kernel's, made from the first scratch page.</summary>
    public void MakeUserTable()
    {
        const int LastSlot = 511 * 8;
        mov(rax, __qword_ptr[rbp + PageTableOffset]);
        mov(rax, __qword_ptr[rax + LastSlot]);
        mov(r11, Scratch);
        mov(__qword_ptr[r11 + LastSlot], rax);
        ChangeMapping(Scratch, PageTableEntries.Present);
        Store(Arguments, (ulong)MmuExtendedCommand.NewUserBasePointer);
        LoadMachineFrame(Scratch);
        mov(r11, Arguments);
        mov(__qword_ptr[r11 + 8], rax);
        Hypercall(HypercallNumber.MmuextOp, Arguments, 1, 0, DomainIds.Self);
    }

    /// <summary>Maps an address of the image with other flags.</summary>
    public void ChangeMapping(ulong address, ulong flags)
    {
        LoadMachineFrame(address);
        shl(rax, 12);
        or(rax, (int)flags);
        mov(rsi, rax);
        mov(rdi, address);
        mov(edx, (int)UpdateVaMappingFlags.InvalidatePage);
        Hypercall(HypercallNumber.UpdateVaMapping);
    }

    /// <summary>Enters user mode at a label.</summary>
    public void EnterUser(Label target, ulong rflags = 0x202)
    {
        push((int)FlatSelectors.UserStack);
        mov(rax, UserStack);
        push(rax);
        push((int)rflags);
        push((int)FlatSelectors.UserCode);
        lea(rax, __[target]);
        push(rax);
        push(0);
        jmp(ImageBase + ((ulong)HypercallNumber.Iret * 32));
    }

    /// <summary>Binds VIRQ_TIMER.</summary>
    public void BindTimer()
    {
        Store(Arguments, (ulong)Virq.Timer);
        Hypercall(HypercallNumber.EventChannelOp, (ulong)EventChannelOperation.BindVirq, Arguments);
    }

    /// <summary>Arms the single-shot timer.</summary>
    public void SetTimer(ulong nanoseconds) => Hypercall(HypercallNumber.SetTimerOp, nanoseconds);
}
