using ParaKit.Guest;

/// <summary>
/// A region of the kernel that may have more pages than there are frames: pages that were not used lately go to the disk. The hand of a clock goes over the pages in
/// memory; one that was accessed since it last came by stays.
/// </summary>
internal static unsafe class SwappedRegion
{
    /// <summary>Start of the region, above what the checks use.</summary>
    public const ulong Start = 0xffffffffd0000000;

    private enum PageState : byte
    {
        Untouched,
        InMemory,
        OnDisk,
    }

    private static ulong s_pages;
    private static bool s_canPage;
    private static PageState[] s_states;

    // The pages in memory, in the clock's order.
    private static int[] s_clock;
    private static int s_count;
    private static int s_hand;

    /// <summary>Pages written to the disk.</summary>
    public static ulong PageOuts { get; private set; }

    /// <summary>Pages read from the disk.</summary>
    public static ulong PageIns { get; private set; }

    /// <summary>Makes a region of so many pages. Without a disk, or one with room for all of them, they stay in memory.</summary>
    public static void Initialize(ulong pages)
    {
        bool hasDisk = Disk.TryInitialize((void*)PageTable.ToVirtual(Frames.Allocate()), out ulong sectors);
        s_canPage = hasDisk && sectors >= pages * Disk.PageSectors;
        s_pages = pages;
        s_states = new PageState[pages];
        s_clock = new int[pages];
    }

    /// <summary>Provides a page of the region that is not in memory.</summary>
    [NoAllocation]
    public static bool TryProvide(ulong address)
    {
        ulong page = (address - Start) / PageTable.PageSize;
        if (address < Start || page >= s_pages || s_states[page] == PageState.InMemory)
        {
            return false;
        }

        ulong frame = TakeFrame();
        if (s_states[page] == PageState.OnDisk)
        {
            PageIns++;
            Require(Disk.TryRead(SectorOf(page), (void*)PageTable.ToVirtual(frame), Disk.PageSectors));
        }
        else
        {
            Frames.Clear(frame);
        }

        AddressSpace.Kernel.Map(AddressOf(page), frame, PageTable.Writable | PageTable.NoExecute);
        s_states[page] = PageState.InMemory;
        s_clock[s_count] = (int)page;
        s_count++;
        return true;
    }

    /// <summary>Takes the frame of a page that was not accessed lately. False if the region has none, or no disk.</summary>
    [NoAllocation]
    public static bool TryPageOut(out ulong frame)
    {
        frame = 0;
        if (s_count == 0 || !s_canPage)
        {
            return false;
        }

        while (TryPass())
        {
            s_hand = (s_hand + 1) % s_count;
        }

        ulong page = (ulong)s_clock[s_hand];
        s_count--;
        s_clock[s_hand] = s_clock[s_count];
        s_hand = s_hand < s_count ? s_hand : 0;
        frame = Write(page);
        return true;
    }

    /// <summary>Whether the page under the hand stays, because it was accessed since the hand last came by.</summary>
    private static bool TryPass()
    {
        ulong address = AddressOf((ulong)s_clock[s_hand]);
        ulong* entry = AddressSpace.Kernel.EntryOf(address);
        ulong value = PageTable.Read(entry);
        if ((value & PageTable.Accessed) == 0)
        {
            return false;
        }

        PageTable.Write(entry, value & ~PageTable.Accessed);
        X86.Invlpg(address);
        return true;
    }

    private static ulong Write(ulong page)
    {
        PageOuts++;
        ulong frame = AddressSpace.Kernel.Unmap(AddressOf(page));
        Require(Disk.TryWrite(SectorOf(page), (void*)PageTable.ToVirtual(frame), Disk.PageSectors));
        s_states[page] = PageState.OnDisk;
        return frame;
    }

    private static ulong TakeFrame()
    {
        if (!Frames.TryTake(out ulong frame))
        {
            Platform.Fail("out of physical memory");
        }

        return frame;
    }

    private static ulong AddressOf(ulong page) => Start + (page * PageTable.PageSize);

    private static ulong SectorOf(ulong page) => page * Disk.PageSectors;

    private static void Require(bool isDone)
    {
        if (!isDone)
        {
            Platform.Fail("the disk with the region's pages has failed");
        }
    }
}
