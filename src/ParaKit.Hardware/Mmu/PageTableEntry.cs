namespace ParaKit.Hardware.Mmu;

/// <summary>Bits of a paging-structure entry. Intel SDM vol. 3A, "4-Level Paging and 5-Level Paging".</summary>
public static class PageTableEntry
{
    /// <summary>P</summary>
    public const ulong Present = 1 << 0;

    /// <summary>R/W</summary>
    public const ulong Writable = 1 << 1;

    /// <summary>U/S</summary>
    public const ulong User = 1 << 2;

    /// <summary>PWT</summary>
    public const ulong WriteThrough = 1 << 3;

    /// <summary>PCD</summary>
    public const ulong CacheDisable = 1 << 4;

    /// <summary>A</summary>
    public const ulong Accessed = 1 << 5;

    /// <summary>D (leaf entries)</summary>
    public const ulong Dirty = 1 << 6;

    /// <summary>PS: the entry maps a 1 GiB or 2 MiB page (levels 3 and 2).</summary>
    public const ulong PageSize = 1 << 7;

    /// <summary>G</summary>
    public const ulong Global = 1 << 8;

    /// <summary>XD</summary>
    public const ulong NoExecute = 1ul << 63;

    /// <summary>MAXPHYADDR of this machine; CPUID reports it.</summary>
    public const int PhysicalAddressBits = 46;

    /// <summary>Bits of the physical address field of a 4 KiB page or table.</summary>
    public const ulong AddressMask = ((1ul << PhysicalAddressBits) - 1) & ~0xffful;

    /// <summary>Address bits above MAXPHYADDR, always reserved.</summary>
    public const ulong ReservedAddressBits = ((1ul << 52) - 1) & ~((1ul << PhysicalAddressBits) - 1);
}
