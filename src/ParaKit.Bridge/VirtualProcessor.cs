using ParaKit.Abi;
using ParaKit.Guest.Xen;

/// <summary>The processor that the native kernel believes in: everything that its real one, in user mode, does not hold.</summary>
internal static unsafe class VirtualProcessor
{
    private const int SegmentCount = 6;
    private const int DebugCount = 8;

    private static readonly ushort[] s_selectors = new ushort[SegmentCount];
    private static readonly ulong[] s_debug = new ulong[DebugCount];

    public static ulong Cr0 { get; set; } = 0x80010033;

    public static ulong Cr2 { get; set; }

    public static ulong Cr3 { get; set; }

    public static ulong Cr4 { get; set; } = 0x620;

    public static ulong Cr8 { get; set; }

    public static ulong Efer { get; set; } = 0xd01;

    public static ulong Star { get; set; }

    public static ulong Lstar { get; set; }

    public static ulong FlagMask { get; set; }

    public static ulong Pat { get; set; } = 0x0007040600070406;

    public static ulong FsBase { get; private set; }

    public static ulong GsBase { get; private set; }

    public static ulong KernelGsBase { get; set; }

    public static TableRegister Gdt;

    public static TableRegister Idt;

    public static ushort LocalTable { get; set; }

    public static ushort TaskSelector { get; set; }

    public static ulong TaskState { get; set; }

    /// <summary>Privilege level: 0 or 3.</summary>
    public static int Level { get; set; }

    public static bool IsUser => Level == 3;

    /// <summary>The interrupt flag; the kernel's trampolines change it too.</summary>
    public static bool InterruptsEnabled
    {
        get => Payload.Flags->InterruptsEnabled != 0;
        set => Payload.Flags->InterruptsEnabled = value ? (byte)1 : (byte)0;
    }

    /// <summary>ES, CS, SS, DS, FS, GS by their numbers in encodings.</summary>
    public static ref ushort Selector(int segment) => ref s_selectors[segment];

    public static ref ulong Debug(int number) => ref s_debug[number];

    public static void SetFsBase(ulong value)
    {
        FsBase = value;
        Hypercall.Require(Hypercall.SetSegmentBase(SegmentBase.Fs, value), "change of the FS base");
    }

    public static void SetGsBase(ulong value)
    {
        GsBase = value;
        Hypercall.Require(Hypercall.SetSegmentBase(SegmentBase.GsUser, value), "change of the GS base");
    }

    public static void SwapGs()
    {
        ulong kernel = KernelGsBase;
        KernelGsBase = GsBase;
        SetGsBase(kernel);
    }

    /// <summary>Loads the task register with a descriptor of the kernel's table.</summary>
    public static bool TryLoadTask(ushort selector)
    {
        const int Available = 9;
        const ulong Busy = 1UL << 41;
        ulong place = Gdt.Base + (selector & ~7u);
        if ((selector & ~3) == 0)
        {
            return Fault.GeneralProtection(0);
        }

        if (!Segments.TryReadSystem(selector, Available, out ulong low) || !PayloadAccess.TryRead(place + sizeof(ulong), out ulong high))
        {
            return false;
        }

        TaskSelector = selector;
        TaskState = (low >> 16 & 0xffffff) | (low >> 32 & 0xff000000) | (high << 32);
        return PayloadAccess.TryWrite(place, low | Busy);
    }

    /// <summary>Loads the local table's register; the table itself is not looked at.</summary>
    public static bool TryLoadLocalTable(ushort selector)
    {
        const int LocalTableType = 2;
        bool isLoaded = (selector & ~3) == 0 || Segments.TryReadSystem(selector, LocalTableType, out _);
        LocalTable = isLoaded ? selector : LocalTable;
        return isLoaded;
    }
}

/// <summary>GDTR or IDTR.</summary>
internal struct TableRegister
{
    public ulong Base;
    public ushort Limit;
}
