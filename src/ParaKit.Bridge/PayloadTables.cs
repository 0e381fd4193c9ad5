using ParaKit.Guest;

/// <summary>
/// The native kernel's page tables, which are only data here: the walk that the processor would do. Intel SDM vol. 3A, "4-Level Paging and
/// 5-Level Paging", "Access Rights".
/// </summary>
internal static unsafe class PayloadTables
{
    /// <summary>Error code of a page fault: the page is present.</summary>
    public const uint Protection = 1;

    /// <summary>Error code: a write.</summary>
    public const uint Write = 2;

    /// <summary>Error code: by a program.</summary>
    public const uint User = 4;

    /// <summary>Error code: a reserved bit is set.</summary>
    public const uint Reserved = 8;

    /// <summary>Error code: an instruction fetch.</summary>
    public const uint Fetch = 16;

    private const int TopLevel = 4;
    private const ulong Accessed = 0x20;
    private const ulong LargePage = 0x80;
    private const ulong WriteProtect = 1UL << 16;

    /// <summary>Finds where an access goes, and sets accessed and dirty bits if it may.</summary>
    /// <param name="linear">Linear address.</param>
    /// <param name="access">Error-code bits <see cref="Write"/>, <see cref="User"/> and <see cref="Fetch"/> of the access.</param>
    /// <param name="result">The physical address with the rights of the whole walk in the entry's bits; or the error code.</param>
    public static bool TryWalk(ulong linear, uint access, out ulong result)
    {
        ulong table = VirtualProcessor.Cr3 & PageTable.AddressMask;
        ulong rights = PageTable.Writable | PageTable.User;
        ulong forbidden = 0;
        for (int level = TopLevel; ; level--)
        {
            ulong place = table + ((ulong)PageTable.Index(linear, level) * sizeof(ulong));
            ulong entry = Payload.Contains(place, sizeof(ulong)) ? *(ulong*)Payload.At(place) : ulong.MaxValue;
            if ((entry & PageTable.Present) == 0)
            {
                result = access;
                return false;
            }

            if (!Payload.Contains(place, sizeof(ulong)))
            {
                result = access | Protection | Reserved;
                return false;
            }

            rights &= entry;
            forbidden |= entry & PageTable.NoExecute;
            bool isLeaf = level == 1 || (level < TopLevel && (entry & LargePage) != 0);
            if (isLeaf && !IsAllowed(rights, forbidden, access))
            {
                result = access | Protection;
                return false;
            }

            *(ulong*)Payload.At(place) = entry | Accessed | (isLeaf && (access & Write) != 0 ? PageTable.Dirty : 0);
            if (isLeaf)
            {
                ulong mask = (PageTable.PageSize << (9 * (level - 1))) - 1;
                ulong dirty = (entry & PageTable.Dirty) | ((access & Write) != 0 ? PageTable.Dirty : 0);
                result = (entry & PageTable.AddressMask & ~mask) | (linear & mask & PageTable.AddressMask)
                    | Effective(rights, access) | forbidden | dirty | PageTable.Present;
                return true;
            }

            table = entry & PageTable.AddressMask;
        }
    }

    private static bool IsAllowed(ulong rights, ulong forbidden, uint access) =>
        ((access & User) == 0 || (rights & PageTable.User) != 0)
        && ((access & Write) == 0 || (Effective(rights, access) & PageTable.Writable) != 0)
        && ((access & Fetch) == 0 || forbidden == 0);

    /// <summary>A kernel that does not protect itself may write everywhere.</summary>
    private static ulong Effective(ulong rights, uint access) =>
        rights | ((access & User) == 0 && (VirtualProcessor.Cr0 & WriteProtect) == 0 ? PageTable.Writable : 0);
}
