using ParaKit.Guest;

/// <summary>
/// A tree of page tables. The upper half, the kernel's direct map of all memory, is shared by all trees; the lower half belongs to one
/// user program.
/// </summary>
internal sealed unsafe partial class AddressSpace
{
    private const int TopLevel = 4;
    private const int KernelSlot = 511;
    private const int UserSlots = 256;
    private const ulong ImageStart = 0x100000;
    private const ulong LeafTableReach = PageTable.EntryCount * PageTable.PageSize;

    private ulong _root;
    private bool _isAdopted;

    /// <summary>The address space with only the kernel in it.</summary>
    public static AddressSpace Kernel { get; private set; }

    /// <summary>Builds the direct map with the kernel's own tables and switches to it.</summary>
    public static void CreateKernel()
    {
        Kernel = new AddressSpace { _root = Frames.Allocate() };
        for (ulong physical = 0; physical < Platform.MappedBytes && physical < Platform.MemoryBytes; physical += PageTable.PageSize)
        {
            Kernel.Map(PageTable.ToVirtual(physical), physical, KernelFlags(physical));
        }

        Kernel.Adopt();
        Kernel.Activate();
        Kernel.MapRemainingMemory();
    }

    /// <summary>Begins an address space for a user program: empty below, the kernel above.</summary>
    public void Begin()
    {
        _root = Frames.Allocate();
        _isAdopted = false;
        PageTable.Write(Entry(_root, KernelSlot), PageTable.Read(Entry(Kernel._root, KernelSlot)));
    }

    /// <summary>Puts the tables into use: from now on every change goes through the hypervisor, if there is one.</summary>
    public void Adopt()
    {
        PageTable.Adopt(_root, TopLevel);
        _isAdopted = true;
    }

    public void Activate() => X86.WriteCr3(_root);

    /// <summary>Maps one page, creating tables on the way.</summary>
    public void Map(ulong address, ulong physical, ulong flags)
    {
        ulong table = TableFor(address, 1, flags & PageTable.User);
        PageTable.Write(Entry(table, PageTable.Index(address, 1)), physical | flags | PageTable.Present);
    }

    /// <summary>Removes one page and returns its frame, or 0 if nothing was mapped.</summary>
    public ulong Unmap(ulong address)
    {
        ulong* entry = Find(address);
        ulong value = entry == null ? 0 : PageTable.Read(entry);
        if ((value & PageTable.Present) == 0)
        {
            return 0;
        }

        PageTable.Write(entry, 0);
        X86.Invlpg(address);
        return value & PageTable.AddressMask;
    }

    public bool IsMapped(ulong address)
    {
        ulong* entry = Find(address);
        return entry != null && (PageTable.Read(entry) & PageTable.Present) != 0;
    }

    /// <summary>The entry of a page in its leaf table, which exists.</summary>
    [return: PageTableEntry]
    public ulong* EntryOf(ulong address) => Find(address);

    /// <summary>Physical address behind an address that a program may use.</summary>
    public bool TryTranslate(ulong address, bool toWrite, out ulong physical)
    {
        ulong needed = PageTable.Present | PageTable.User | (toWrite ? PageTable.Writable : 0);
        ulong* entry = Find(address);
        ulong value = entry == null ? 0 : PageTable.Read(entry);
        physical = (value & PageTable.AddressMask) | (address & (PageTable.PageSize - 1));
        return (value & needed) == needed;
    }

    /// <summary>Ends an address space that is not active: its tables and user pages become free frames.</summary>
    public void Destroy()
    {
        PageTable.Release(_root, TopLevel);
        for (int i = 0; i < UserSlots; i++)
        {
            FreeTree(PageTable.Read(Entry(_root, i)), TopLevel - 1);
        }

        Frames.Free(_root);
    }

    private static void FreeTree(ulong entry, int level)
    {
        if ((entry & PageTable.Present) == 0)
        {
            return;
        }

        ulong frame = entry & PageTable.AddressMask;
        if (level > 0)
        {
            PageTable.Release(frame, level);
            var entries = (ulong*)PageTable.ToVirtual(frame);
            for (int i = 0; i < PageTable.EntryCount; i++)
            {
                FreeTree(PageTable.Read(entries + i), level - 1);
            }
        }

        Frames.Free(frame);
    }

    /// <summary>
    /// Each new table maps far more memory than it takes, so mapping proceeds with what is mapped already. A table is filled before it
    /// is put into use: its entries are plain stores then, in every technique.
    /// </summary>
    private void MapRemainingMemory()
    {
        for (ulong start = Platform.MappedBytes; start < Platform.MemoryBytes; start += LeafTableReach)
        {
            ulong end = start + LeafTableReach < Platform.MemoryBytes ? start + LeafTableReach : Platform.MemoryBytes;
            ulong leaf = Frames.Allocate();
            for (ulong physical = start; physical < end; physical += PageTable.PageSize)
            {
                ulong* entry = Entry(leaf, PageTable.Index(PageTable.ToVirtual(physical), 1));
                PageTable.Write(entry, physical | KernelFlags(physical) | PageTable.Present);
            }

            PageTable.Adopt(leaf, 1);
            ulong table = TableFor(PageTable.ToVirtual(start), 2, 0);
            PageTable.Write(Entry(table, PageTable.Index(PageTable.ToVirtual(start), 2)), leaf | PageTable.Present | PageTable.Writable);
            Frames.Extend(end);
        }
    }

    private static ulong KernelFlags(ulong physical)
    {
        bool isImage = physical >= ImageStart && physical < Platform.FirstFreeAddress;
        return PageTable.Writable | (isImage ? 0 : PageTable.NoExecute);
    }

    /// <summary>The table of <paramref name="level"/> that covers an address, made if it does not exist.</summary>
    private ulong TableFor(ulong address, int level, ulong userFlag)
    {
        ulong table = _root;
        for (int above = TopLevel; above > level; above--)
        {
            table = Descend(Entry(table, PageTable.Index(address, above)), above, userFlag);
        }

        return table;
    }

    private ulong Descend([PageTableEntry] ulong* entry, int level, ulong userFlag)
    {
        ulong value = PageTable.Read(entry);
        if ((value & PageTable.Present) != 0)
        {
            return value & PageTable.AddressMask;
        }

        ulong table = Frames.Allocate();
        if (_isAdopted)
        {
            PageTable.Adopt(table, level - 1);
        }

        PageTable.Write(entry, table | PageTable.Present | PageTable.Writable | userFlag);
        return table;
    }

    [return: PageTableEntry]
    private ulong* Find(ulong address)
    {
        ulong table = _root;
        for (int level = TopLevel; level > 1; level--)
        {
            ulong value = PageTable.Read(Entry(table, PageTable.Index(address, level)));
            if ((value & PageTable.Present) == 0)
            {
                return null;
            }

            table = value & PageTable.AddressMask;
        }

        return Entry(table, PageTable.Index(address, 1));
    }

    [return: PageTableEntry]
    private static ulong* Entry(ulong table, int index) => (ulong*)PageTable.ToVirtual(table) + index;
}
