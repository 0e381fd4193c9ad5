using ParaKit.Guest;

/// <summary>The bridge's own page tables: a direct map of all memory, and nothing else.</summary>
internal static unsafe class DirectMap
{
    private const int TopLevel = 4;
    private const ulong LeafTableReach = PageTable.EntryCount * PageTable.PageSize;

    private static ulong s_root;
    private static bool s_isAdopted;

    public static void Create()
    {
        s_root = Frames.Take();
        for (ulong start = 0; start < Platform.MappedBytes && start < Platform.MemoryBytes; start += LeafTableReach)
        {
            Link(start, MakeLeaf(start));
        }

        PageTable.Adopt(s_root, TopLevel);
        s_isAdopted = true;
        X86.WriteCr3(s_root);
        for (ulong start = Platform.MappedBytes; start < Platform.MemoryBytes; start += LeafTableReach)
        {
            ulong leaf = MakeLeaf(start);
            PageTable.Adopt(leaf, 1);
            Link(start, leaf);
            Frames.Extend(start + LeafTableReach < Platform.MemoryBytes ? start + LeafTableReach : Platform.MemoryBytes);
        }
    }

    private static ulong MakeLeaf(ulong start)
    {
        ulong leaf = Frames.Take();
        for (int i = 0; i < PageTable.EntryCount; i++)
        {
            ulong physical = start + ((ulong)i * PageTable.PageSize);
            if (physical < Platform.MemoryBytes)
            {
                PageTable.Write(Entry(leaf, i), physical | PageTable.Present | PageTable.Writable);
            }
        }

        return leaf;
    }

    private static void Link(ulong physical, ulong leaf)
    {
        ulong table = s_root;
        for (int level = TopLevel; level > 2; level--)
        {
            ulong* entry = Entry(table, PageTable.Index(PageTable.ToVirtual(physical), level));
            if ((PageTable.Read(entry) & PageTable.Present) == 0)
            {
                ulong below = Frames.Take();
                if (s_isAdopted)
                {
                    PageTable.Adopt(below, level - 1);
                }

                PageTable.Write(entry, below | PageTable.Present | PageTable.Writable);
            }

            table = PageTable.Read(entry) & PageTable.AddressMask;
        }

        PageTable.Write(Entry(table, PageTable.Index(PageTable.ToVirtual(physical), 2)), leaf | PageTable.Present | PageTable.Writable);
    }

    [return: PageTableEntry]
    private static ulong* Entry(ulong table, int index) => (ulong*)PageTable.ToVirtual(table) + index;
}
