using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Image.Linking;

/// <summary>Start-up and trap code of native images.</summary>
internal static class NativeRoutines
{
    internal const string Entry32 = "pk_start_pvh";
    internal const string Entry64 = "pk_start";

    private const string High = "pk_start_high";
    internal const uint Efer = 0xc0000080;
    internal const int LongModeNoExecuteSyscall = 0x901; // LME, NXE, SCE
    internal const int Cr4Value = 0x620; // PAE, OSFXSR, OSXMMEXCPT
    internal const uint Cr0Value = 0x80010033; // PG, WP, NE, ET, MP, PE
    private const ushort KernelCode = 0x08;
    private const ushort KernelData = 0x10;
    private const ushort UserData = 0x23;
    private const ushort UserCode = 0x2b;
    private const int TaskRsp0 = 4;
    private const int TaskScratch = 20;
    private const int CanonicalTopBit = 47;

    internal static IEnumerable<Routine> All =>
    [
        new(Entry32, StartFromPvh) { Bitness = 32 },
        new(Entry64, StartInLongMode),
        new(High, StartInUpperHalf),
        .. Enumerable.Range(0, TrapRoutines.VectorCount).Select(TrapEntry),
        new("pk_syscall_entry", SystemCallEntry),
        TrapRoutines.CommonEntry(_ => { }),
        TrapRoutines.CommonExit(Leave),
        TrapRoutines.Resume("pk_x86_iretq"),
        TrapRoutines.SoftwareInterrupt("pk_x86_int"),
        VirtualMachineRoutines.Run,
        .. SegmentRoutines.All,
        .. ProcessorRoutines.All,
    ];

    private static int Physical(Func<string, ulong> resolve, string symbol) => (int)KernelLayout.ToPhysical(resolve(symbol));

    /// <summary>PVH: 32-bit protected mode without paging, EBX = start info (Xen docs, "PVH guest entry").</summary>
    private static void StartFromPvh(Assembler a, Func<string, ulong> resolve)
    {
        a.cld();
        a.mov(eax, Physical(resolve, BootData.PageTables));
        a.mov(cr3, eax);
        a.mov(eax, Cr4Value);
        a.mov(cr4, eax);
        a.mov(ecx, Efer);
        a.rdmsr();
        a.or(eax, LongModeNoExecuteSyscall);
        a.wrmsr();
        a.mov(eax, Cr0Value);
        a.mov(cr0, eax);
        a.lgdt(__[Physical(resolve, BootData.GdtPointerPhysical)]);
        a.AddInstruction(Instruction.CreateBranch(Code.Jmp_ptr1632, KernelCode, (uint)Physical(resolve, Entry64)));
    }

    /// <summary>Long mode at the physical address, whatever page tables the loader used: switch to the image's own and go up.</summary>
    private static void StartInLongMode(Assembler a, Func<string, ulong> resolve)
    {
        a.mov(eax, Physical(resolve, BootData.PageTables));
        a.mov(cr3, rax);
        a.mov(ecx, Efer);
        a.rdmsr();
        a.or(eax, LongModeNoExecuteSyscall);
        a.wrmsr();
        a.mov(rax, resolve(High));
        a.jmp(rax);
    }

    private static void StartInUpperHalf(Assembler a, Func<string, ulong> resolve)
    {
        a.cld();
        a.mov(rax, resolve(BootData.GdtPointer));
        a.lgdt(__[rax]);
        a.mov(eax, KernelData);
        a.mov(ds, eax);
        a.mov(es, eax);
        a.mov(ss, eax);
        a.mov(rsp, resolve("pk_stack_top"));
        a.mov(edi, ebx);
        a.xor(ebp, ebp);
        a.call(resolve("kernel_main"));
        Label stop = a.CreateLabel();
        a.Label(ref stop);
        a.cli();
        a.hlt();
        a.jmp(stop);
    }

    private static Routine TrapEntry(int vector) =>
        new(TrapRoutines.EntryOf(vector), (a, resolve) => TrapRoutines.EmitEntry(a, vector, resolve));

    /// <summary>SYSCALL switches no stack: the task state segment, reached through GS, has the kernel's and room for the user's.</summary>
    private static void SystemCallEntry(Assembler a, Func<string, ulong> resolve)
    {
        a.swapgs();
        a.mov(__qword_ptr.gs[TaskScratch], rsp);
        a.mov(rsp, __qword_ptr.gs[TaskRsp0]);
        a.push(UserData);
        a.push(__qword_ptr.gs[TaskScratch]);
        a.swapgs();
        a.push(r11);
        a.push(UserCode);
        a.push(rcx);
        TrapRoutines.EmitEntry(a, TrapRoutines.SystemCallVector, resolve);
    }

    /// <summary>
    /// SYSRET for system calls, IRET for the rest. A return address whose bit 47 is set is not a user address; SYSRET would fault on
    /// it in ring 0 with the user's stack, so such frames leave through IRET.
    /// </summary>
    private static void Leave(Assembler a, Func<string, ulong> resolve)
    {
        Label interruptReturn = a.CreateLabel();
        a.cmp(__qword_ptr[rsp], TrapRoutines.SystemCallVector);
        a.jne(interruptReturn);
        a.bt(__qword_ptr[rsp + TrapRoutines.RipOffset], CanonicalTopBit);
        a.jc(interruptReturn);
        a.mov(rcx, __qword_ptr[rsp + TrapRoutines.RipOffset]);
        a.mov(r11, __qword_ptr[rsp + TrapRoutines.RflagsOffset]);
        a.mov(rsp, __qword_ptr[rsp + TrapRoutines.RspOffset]);
        a.sysretq();
        a.Label(ref interruptReturn);
        a.add(rsp, TrapRoutines.RipOffset);
        a.iretq();
    }
}
