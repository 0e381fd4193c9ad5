using System.Runtime;
using System.Runtime.CompilerServices;
using ParaKit.Guest;

/// <summary>The guest's processor, and what is done when it exits.</summary>
internal static unsafe class VirtualMachine
{
    private const uint EferMsr = 0xc0000080;
    private const ulong EferOfGuest = 0x1d01; // SCE, LME, LMA, NXE, SVME
    private const ulong SecureVirtualMachine = 1 << 12;
    private const ulong Cr0OfGuest = 0x80010033;
    private const ulong Cr4OfGuest = 0x620;
    private const ushort CodeAttributes = 0xa9b;
    private const ushort DataAttributes = 0xc93;
    private const int PortMapPages = 3;
    private const int ExtendedState = 128;
    private const uint ExtendedLeaf = 0x8000_0001;
    private const uint VirtualizationFeature = 1 << 2;
    private const int CpuidLength = 2;
    private const int Rcx = 1;
    private const int Rdx = 2;
    private const int Rbx = 3;

    private static ulong s_block;
    private static ulong* s_registers;

    private static ControlBlock* Block => (ControlBlock*)PageTable.ToVirtual(s_block);

    /// <summary>Prepares a processor that starts in 64-bit mode.</summary>
    public static void Initialize(ulong entry)
    {
        X86.Wrmsr(EferMsr, X86.Rdmsr(EferMsr) | SecureVirtualMachine);
        s_block = GuestMemory.TakePage();
        s_registers = (ulong*)PageTable.ToVirtual(GuestMemory.TakePage());
        s_registers[Rbx] = GuestLoader.StartInformationAddress;
        var extended = (byte*)s_registers + ExtendedState;
        *(ushort*)extended = 0x37f;
        *(uint*)(extended + 24) = 0x1f80;
        Control(Block);
        Start(Block, entry);
    }

    public static void Run()
    {
        while (true)
        {
            Enter(s_block, s_registers);
            Block->EventInjection = 0;
            switch (Block->ExitCode)
            {
                case ControlBlock.ExitPort:
                    AccessPort((ushort)(Block->ExitInformation1 >> 16), Block->ExitInformation1);
                    break;
                case ControlBlock.ExitCpuid:
                    Identify();
                    break;
                case ControlBlock.ExitNestedFault:
                    GuestMemory.Map(Block->ExitInformation2);
                    Block->EventInjection = Block->ExitInterruptInformation;
                    break;
                default:
                    Console.Write("exit ");
                    Console.WriteHex(Block->ExitCode);
                    Platform.Fail(" is not handled");
                    break;
            }
        }
    }

    private static void Control(ControlBlock* block)
    {
        block->Intercepts = ControlBlock.InterceptCpuid | ControlBlock.InterceptPorts;
        block->OtherIntercepts = ControlBlock.InterceptVmrun;
        block->AddressSpace = 1;
        block->NestedPagingEnable = 1;
        block->NestedCr3 = GuestMemory.Root;
        block->PortPermissionMap = GuestMemory.TakePage();
        for (int i = 1; i < PortMapPages; i++)
        {
            GuestMemory.TakePage();
        }

        var map = (byte*)PageTable.ToVirtual(block->PortPermissionMap);
        for (ulong i = 0; i < PortMapPages * PageTable.PageSize; i++)
        {
            map[i] = 0xff;
        }
    }

    private static void Start(ControlBlock* block, ulong entry)
    {
        block->Cs = new ControlSegment { Selector = 0x08, Attributes = CodeAttributes, Limit = uint.MaxValue };
        block->Ss = new ControlSegment { Selector = 0x10, Attributes = DataAttributes, Limit = uint.MaxValue };
        block->Ds = block->Ss;
        block->Es = block->Ss;
        block->Gdtr = new ControlSegment { Base = GuestLoader.Descriptors, Limit = 23 };
        block->Cr0 = Cr0OfGuest;
        block->Cr3 = GuestLoader.Tables;
        block->Cr4 = Cr4OfGuest;
        block->Efer = EferOfGuest;
        block->Rflags = 2;
        block->Rip = entry;
    }

    /// <summary>The guest's ports are ours.</summary>
    private static void AccessPort(ushort port, ulong information)
    {
        bool isRead = (information & 1) != 0;
        ulong value = Block->Rax;
        switch ((information >> 4) & 7)
        {
            case 1:
                value = isRead ? (value & ~0xffUL) | X86.In8(port) : Write8(port, value);
                break;
            case 2:
                value = isRead ? (value & ~0xffffUL) | X86.In16(port) : Write16(port, value);
                break;
            default:
                value = isRead ? X86.In32(port) : Write32(port, value);
                break;
        }

        Block->Rax = value;
        Block->Rip = Block->ExitInformation2;
    }

    private static ulong Write8(ushort port, ulong value)
    {
        X86.Out8(port, (byte)value);
        return value;
    }

    private static ulong Write16(ushort port, ulong value)
    {
        X86.Out16(port, (ushort)value);
        return value;
    }

    private static ulong Write32(ushort port, ulong value)
    {
        X86.Out32(port, (uint)value);
        return value;
    }

    /// <summary>The guest's processor is like ours, but has no guests.</summary>
    private static void Identify()
    {
        uint leaf = (uint)Block->Rax;
        CpuidResult result;
        X86.Cpuid(leaf, (uint)s_registers[Rcx], &result);
        Block->Rax = result.Eax;
        s_registers[Rbx] = result.Ebx;
        s_registers[Rcx] = leaf == ExtendedLeaf ? result.Ecx & ~VirtualizationFeature : result.Ecx;
        s_registers[Rdx] = result.Edx;
        Block->Rip += CpuidLength;
    }

    /// <summary>VMRUN, with the guest's other registers.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_vmrun")]
    private static extern void Enter(ulong block, ulong* registers);
}
