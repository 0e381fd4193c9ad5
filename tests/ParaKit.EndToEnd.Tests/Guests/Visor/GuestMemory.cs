using ParaKit.Guest;

/// <summary>The guest's memory: a piece of ours, and the nested page tables that say so, filled as the guest touches it.</summary>
internal static unsafe class GuestMemory
{
    /// <summary>Bytes of the guest's memory.</summary>
    public const ulong Bytes = 64 << 20;

    private const ulong Start = 64 << 20;
    private const ulong TablesStart = 32 << 20;
    private const ulong Nowhere = 1UL << 40;
    private const ulong Flags = PageTable.Present | PageTable.Writable | PageTable.User;
    private const int TopLevel = 4;

    private static ulong s_free = TablesStart;

    /// <summary>Physical address of the top-level table.</summary>
    public static ulong Root { get; private set; }

    public static void Initialize()
    {
        if (Platform.MemoryBytes < Start + Bytes)
        {
            Platform.Fail("too little memory for a guest");
        }

        Root = TakePage();
    }

    /// <summary>Where a physical address of the guest lies in our address space.</summary>
    public static byte* At(ulong physical) => (byte*)PageTable.ToVirtual(Start + physical);

    /// <summary>A cleared page of ours.</summary>
    public static ulong TakePage()
    {
        ulong page = s_free;
        s_free += PageTable.PageSize;
        if (s_free > Start)
        {
            Platform.Fail("no pages are left for tables");
        }

        var words = (ulong*)PageTable.ToVirtual(page);
        for (int i = 0; i < PageTable.EntryCount; i++)
        {
            words[i] = 0;
        }

        return page;
    }

    /// <summary>Maps the page of an address. Behind its memory the guest finds nothing, as it would behind ours.</summary>
    public static void Map(ulong physical)
    {
        ulong table = Root;
        for (int level = TopLevel; level > 1; level--)
        {
            var entry = (ulong*)PageTable.ToVirtual(table) + PageTable.Index(physical, level);
            if (*entry == 0)
            {
                *entry = TakePage() | Flags;
            }

            table = *entry & PageTable.AddressMask;
        }

        ulong page = physical & ~(PageTable.PageSize - 1);
        ulong target = page < Bytes ? Start + page : Nowhere | page;
        *((ulong*)PageTable.ToVirtual(table) + PageTable.Index(physical, 1)) = target | Flags;
    }
}
