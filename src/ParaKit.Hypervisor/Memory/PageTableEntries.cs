namespace ParaKit.Hypervisor.Memory;

/// <summary>
/// Bits of page-table entries and who may set them.
/// Intel SDM vol. 3A, "4-Level Paging and 5-Level Paging"; Xen public/xen.h, "HYPERVISOR_mmu_update".
/// </summary>
public static class PageTableEntries
{
    /// <summary>Entries per table.</summary>
    public const int PerTable = 512;
    /// <summary>Bytes per frame.</summary>
    public const int FrameBytes = 4096;
    /// <summary>log2 of <see cref="FrameBytes"/>.</summary>
    public const int FrameShift = 12;

    /// <summary>P.</summary>
    public const ulong Present = 1 << 0;
    /// <summary>R/W.</summary>
    public const ulong Writable = 1 << 1;
    /// <summary>U/S.</summary>
    public const ulong User = 1 << 2;
    /// <summary>PWT.</summary>
    public const ulong WriteThrough = 1 << 3;
    /// <summary>PCD.</summary>
    public const ulong CacheDisable = 1 << 4;
    /// <summary>A.</summary>
    public const ulong Accessed = 1 << 5;
    /// <summary>D.</summary>
    public const ulong Dirty = 1 << 6;
    /// <summary>PS in levels 2 and 3, PAT in level 1.</summary>
    public const ulong PageSize = 1 << 7;
    /// <summary>G.</summary>
    public const ulong Global = 1 << 8;
    /// <summary>Software bit with which the hypervisor marks a page that the guest mapped for its kernel only.</summary>
    public const ulong GuestKernel = 1UL << 52;
    /// <summary>XD.</summary>
    public const ulong NoExecute = 1UL << 63;
    /// <summary>Bits of the frame's address.</summary>
    public const ulong AddressMask = 0x000F_FFFF_FFFF_F000;

    private const ulong NeverAllowed = WriteThrough | CacheDisable | PageSize | Global;

    /// <summary>Machine frame that an entry names.</summary>
    public static ulong Frame(ulong entry) => (entry & AddressMask) >> FrameShift;

    /// <summary>Makes an entry.</summary>
    public static ulong Make(ulong frame, ulong flags) => (frame << FrameShift) | flags;

    /// <summary>Whether the entry is present.</summary>
    public static bool IsPresent(ulong entry) => (entry & Present) != 0;

    /// <summary>Whether the entry is present and writable.</summary>
    public static bool IsWritable(ulong entry) => (entry & (Present | Writable)) == (Present | Writable);

    /// <summary>Bits that a guest must not set in a present entry of a table of this type.</summary>
    public static ulong Disallowed(PageType table) => table == PageType.L1Table ? NeverAllowed & ~Global : NeverAllowed;

    /// <summary>
    /// The entry as it is stored: a 64-bit guest's kernel runs at privilege level 3, so every present entry is a user entry;
    /// level 1 remembers which pages were meant for the kernel and makes the others global.
    /// </summary>
    public static ulong Adjust(ulong entry, PageType table)
    {
        if (!IsPresent(entry))
        {
            return entry;
        }

        if (table != PageType.L1Table)
        {
            return entry | User;
        }

        if ((entry & User) == 0)
        {
            entry |= GuestKernel | User;
        }

        return (entry & GuestKernel) == 0 ? entry | Global : entry;
    }

    /// <summary>Index of an address's entry in a table of the given level (1 to 4).</summary>
    public static int Index(ulong linear, int level) => (int)(linear >> (FrameShift + (9 * (level - 1)))) & (PerTable - 1);
}
