namespace ParaKit.Rewriter.Translation;

/// <summary>
/// The virtual processor as translated code sees it: offsets from GS's base of the parts that templates act on, and of what the translator
/// needs besides. Eight bytes each unless said otherwise.
/// </summary>
public static class MonitorSlots
{
    /// <summary>RFLAGS.IF of the guest, less that of the processor (which is always set): 0 or -0x200. Added to what PUSHF shows.</summary>
    public const int InterruptFlag = 0x00;

    /// <summary>RFLAGS.IOPL of the guest, in place.</summary>
    public const int IoPrivilege = 0x08;

    /// <summary>Not zero while an interrupt waits for the guest to enable interrupts.</summary>
    public const int Pending = 0x10;

    /// <summary>CR0 of the guest; CR2, CR3, CR4 and CR8 follow, at <see cref="ControlRegister"/>.</summary>
    public const int Cr0 = 0x20;

    /// <summary>CR8 of the guest.</summary>
    public const int Cr8 = Cr0 + (8 * 8);

    /// <summary>Base of GS; the processor's own is the monitor's.</summary>
    public const int GsBase = 0x70;

    /// <summary>IA32_KERNEL_GS_BASE.</summary>
    public const int KernelGsBase = 0x78;

    /// <summary>Selectors of ES, CS, SS, DS, FS and GS, in the order of their numbers; two bytes each, every eight.</summary>
    public const int Selectors = 0x80;

    /// <summary>Selector of LDTR; two bytes.</summary>
    public const int Ldtr = 0xb0;

    /// <summary>Selector of TR; two bytes.</summary>
    public const int Tr = 0xb8;

    /// <summary>Limit of the GDT (two bytes), then its base.</summary>
    public const int Gdtr = 0xc0;

    /// <summary>Limit of the IDT (two bytes), then its base.</summary>
    public const int Idtr = 0xd0;

    /// <summary>A register of the guest that a template uses for itself.</summary>
    public const int FirstSpill = 0xe0;

    /// <summary>Another one.</summary>
    public const int SecondSpill = 0xe8;

    /// <summary>Guest address that an indirect transfer goes to.</summary>
    public const int Target = 0xf0;

    /// <summary>Cache address that it goes to.</summary>
    public const int Jump = 0xf8;

    /// <summary>Indirect transfers that found their target.</summary>
    public const int IndirectHits = 0x100;

    /// <summary>
    /// Entries of the table of indirect targets: the low 16 bits of the guest address are the index, because MOVZX finds them without touching
    /// the flags.
    /// </summary>
    public const int IndirectEntries = 1 << 16;

    /// <summary>Guest addresses of the table, negated, so that an addition compares.</summary>
    public const int IndirectTags = 0x1_0000;

    /// <summary>Cache addresses of the table.</summary>
    public const int IndirectTargets = IndirectTags + (IndirectEntries * 8);

    /// <summary>How often each unit was entered, if that is counted.</summary>
    public const int UnitEntries = IndirectTargets + (IndirectEntries * 8);

    /// <summary>Units whose entries can be counted.</summary>
    public const int MaximumCountedUnits = 1 << 16;

    /// <summary>Bytes of the whole data, rounded up to large pages.</summary>
    public const int Bytes = 2 << 20;

    /// <summary>Offset of a control register.</summary>
    /// <param name="number">Its number.</param>
    public static int ControlRegister(int number) => Cr0 + (8 * number);

    /// <summary>Offset of a segment's selector.</summary>
    /// <param name="number">Its number in encodings: ES, CS, SS, DS, FS, GS.</param>
    public static int Selector(int number) => Selectors + (8 * number);
}
