namespace ParaKit.Abi;

/// <summary>
/// Flat selectors in the hypervisor's part of every descriptor table. Xen public/arch-x86/xen-x86_64.h, "64-bit segment selectors".
/// The guest's kernel and its applications both run at privilege level 3.
/// </summary>
public static class FlatSelectors
{
    /// <summary>32-bit code (FLAT_RING3_CS32).</summary>
    public const ushort Ring3Code32 = 0xe023;
    /// <summary>64-bit code (FLAT_RING3_CS64).</summary>
    public const ushort Ring3Code64 = 0xe033;
    /// <summary>32-bit data (FLAT_RING3_DS32).</summary>
    public const ushort Ring3Data32 = 0xe02b;
    /// <summary>64-bit data: the null selector (FLAT_RING3_DS64).</summary>
    public const ushort Ring3Data64 = 0x0000;
    /// <summary>Stack (FLAT_RING3_SS64).</summary>
    public const ushort Ring3Stack64 = 0xe02b;
    /// <summary>Kernel code (FLAT_KERNEL_CS).</summary>
    public const ushort KernelCode = Ring3Code64;
    /// <summary>Kernel data (FLAT_KERNEL_DS).</summary>
    public const ushort KernelData = Ring3Data64;
    /// <summary>Kernel stack (FLAT_KERNEL_SS).</summary>
    public const ushort KernelStack = Ring3Stack64;
    /// <summary>User code (FLAT_USER_CS).</summary>
    public const ushort UserCode = Ring3Code64;
    /// <summary>User data (FLAT_USER_DS).</summary>
    public const ushort UserData = Ring3Data64;
    /// <summary>User stack (FLAT_USER_SS).</summary>
    public const ushort UserStack = Ring3Stack64;
    /// <summary>First page of the descriptor table that belongs to the hypervisor (FIRST_RESERVED_GDT_PAGE).</summary>
    public const int FirstReservedGdtPage = 14;
    /// <summary>First descriptor that belongs to the hypervisor (FIRST_RESERVED_GDT_ENTRY).</summary>
    public const int FirstReservedGdtEntry = FirstReservedGdtPage * 4096 / 8;
}

/// <summary>Which base set_segment_base sets. Xen public/arch-x86/xen-x86_64.h, "SEGBASE_*".</summary>
public enum SegmentBase : uint
{
    /// <summary>FS base.</summary>
    Fs = 0,
    /// <summary>GS base of user mode.</summary>
    GsUser = 1,
    /// <summary>GS base of kernel mode.</summary>
    GsKernel = 2,
    /// <summary>Selector of user mode's GS, in bits 15:0 of the base.</summary>
    GsUserSelector = 3,
}
