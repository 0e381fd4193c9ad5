using ParaKit.Abi;
using ParaKit.Guest;
using ParaKit.Guest.Xen;

/// <summary>What a bad neighbour does: as much of one thing as it can.</summary>
internal static unsafe class Hostile
{
    private const int TopLevel = 4;
    private const int Spaces = 6;
    private const int DataPages = 8;
    private const int UnusedEntry = 64;
    private const int EntriesPerBatch = 32;
    private const ulong Start = 0x40_0000;
    // Xen lets timers be late by so much, and serves those together that are due meanwhile (xen-command-line, "timer_slop").
    private const ulong MinimumDelay = 50_000;

    /// <summary>Makes processes: address spaces with copies of pages, as many as it can have, and again.</summary>
    public static ulong Fork()
    {
        ulong* parent = Pages.Take();
        ulong* roots = Pages.Take();
        ulong count = 0;
        while (!Kernel.IsOver)
        {
            int slot = (int)(count % Spaces);
            if (roots[slot] == 0)
            {
                roots[slot] = (ulong)MakeSpace();
            }
            else
            {
                ReleaseSpace((ulong*)roots[slot]);
            }

            CopyInto((ulong*)roots[slot], parent);
            PageTable.Adopt(Pages.Physical((ulong*)roots[slot]), TopLevel);
            count++;
        }

        return count;
    }

    /// <summary>Maps and unmaps pages, without end.</summary>
    public static ulong ChangeTables()
    {
        ulong* root = MakeSpace();
        CopyInto(root, Pages.Take());
        PageTable.Adopt(Pages.Physical(root), TopLevel);
        ulong* leaf = Below(Below(Below(root, TopLevel), 3), 2);
        ulong data = Pages.Physical(Pages.Take());
        ulong count = 0;
        while (!Kernel.IsOver)
        {
            WriteEntries(leaf + UnusedEntry, (count & 1) == 0 ? data | PageTable.Present : 0);
            count++;
        }

        return count;
    }

    private static void WriteEntries([PageTableEntry] ulong* entry, ulong value)
    {
        using var batch = new PageTableBatch(stackalloc PageTableUpdate[EntriesPerBatch]);
        for (int i = 0; i < EntriesPerBatch; i++)
        {
            batch.Write(entry + i, value);
        }
    }

    /// <summary>Sends itself events, and XenStore requests.</summary>
    public static ulong SendEvents()
    {
        if (EventChannel.BindInterprocessor(0, out EventChannel channel) != Errno.None)
        {
            Platform.Fail("no event channel");
        }

        channel.Mask();
        ulong count = 0;
        while (!Kernel.IsOver)
        {
            channel.Notify();
            if (count++ % 64 == 0)
            {
                XenStore.TryWriteNumber("data/storm"u8, count);
            }
        }

        return count;
    }

    /// <summary>Ignores how much memory it is to have: uses all that it was started with, gives nothing back, and asks for more all the time.</summary>
    public static ulong RefuseBalloon()
    {
        ulong* first = Pages.Take();
        ulong end = Platform.MappedBytes - PageTable.PageSize;
        ulong count = 0;
        ulong got = 0;
        while (!Kernel.IsOver)
        {
            for (ulong* page = first; Pages.Physical(page) < end && !Kernel.IsOver; page += PageTable.EntryCount)
            {
                *page = count++;
                got += TryGrow() ? 1UL : 0;
            }
        }

        Kernel.Say("GOT", got);
        return count;
    }

    /// <summary>Gives memory back only to take it at once: pages are cleared, mapped and unmapped without end.</summary>
    public static ulong ChurnMemory()
    {
        const int Most = 64;
        ulong** pages = (ulong**)Pages.Take();
        for (int i = 0; i < Most; i++)
        {
            pages[i] = Pages.Take();
        }

        ulong count = 0;
        while (!Kernel.IsOver)
        {
            var frame = Pfn.Containing(Pages.Physical(pages[count++ % Most]));
            if (!Balloon.TryGiveUp(frame) || !Balloon.TryTakeBack(frame))
            {
                Platform.Fail("a page is lost");
            }
        }

        return count;
    }

    private static bool TryGrow()
    {
        ulong frame = 0;
        MemoryReservation request = new() { Domain = DomainIds.Self, ExtentStart = (ulong)(&frame), ExtentCount = 1 };
        return Hypercall.MemoryOp(MemoryOperation.IncreaseReservation, &request) == 1;
    }

    /// <summary>Reads and writes all over its disk.</summary>
    public static ulong HogDisk()
    {
        ulong* page = Pages.Take();
        if (!Disk.TryInitialize(Pages.Take(), out ulong sectors))
        {
            Platform.Fail("no disk");
        }

        ulong count = 0;
        ulong place = 1;
        while (!Kernel.IsOver)
        {
            place = (place * 6364136223846793005) + 1442695040888963407;
            ulong sector = (place >> 20) % (sectors - Disk.PageSectors);
            if (!((count++ & 1) == 0 ? Disk.TryRead(sector, page, Disk.PageSectors) : Disk.TryWrite(sector, page, Disk.PageSectors)))
            {
                Platform.Fail("the disk failed");
            }
        }

        return count;
    }

    /// <summary>Is woken by its timer as often as can be, and does nothing else: interrupts while others run.</summary>
    public static ulong InterruptOften()
    {
        ulong count = 0;
        while (!Kernel.IsOver)
        {
            Honest.SleepUntil(X86.Rdtsc() + (MinimumDelay * Settings.Number("delay"u8, 1)));
            count++;
        }

        return count;
    }

    /// <summary>A tree of tables with one leaf, and pages for its data; the kernel's half is the present one.</summary>
    private static ulong* MakeSpace()
    {
        ulong* root = Pages.Take();
        ulong* third = Pages.Take();
        ulong* second = Pages.Take();
        ulong* leaf = Pages.Take();
        PageTable.Write(root + PageTable.Index(Start, 4), Pages.Physical(third) | PageTable.Present | PageTable.Writable | PageTable.User);
        PageTable.Write(third + PageTable.Index(Start, 3), Pages.Physical(second) | PageTable.Present | PageTable.Writable | PageTable.User);
        PageTable.Write(second + PageTable.Index(Start, 2), Pages.Physical(leaf) | PageTable.Present | PageTable.Writable | PageTable.User);
        for (int i = 0; i < DataPages; i++)
        {
            PageTable.Write(leaf + PageTable.Index(Start, 1) + i, Pages.Physical(Pages.Take()) | PageTable.Present | PageTable.Writable | PageTable.User);
        }

        return root;
    }

    private static void ReleaseSpace(ulong* root)
    {
        ulong* third = Below(root, TopLevel);
        ulong* second = Below(third, 3);
        ulong* leaf = Below(second, 2);
        PageTable.Release(Pages.Physical(root), TopLevel);
        PageTable.Release(Pages.Physical(third), 3);
        PageTable.Release(Pages.Physical(second), 2);
        PageTable.Release(Pages.Physical(leaf), 1);
    }

    private static void CopyInto(ulong* root, ulong* from)
    {
        ulong* leaf = Below(Below(Below(root, TopLevel), 3), 2);
        for (int page = 0; page < DataPages; page++)
        {
            var to = (ulong*)PageTable.ToVirtual(PageTable.Read(leaf + PageTable.Index(Start, 1) + page) & PageTable.AddressMask);
            for (int i = 0; i < PageTable.EntryCount; i++)
            {
                to[i] = from[i] + (ulong)page;
            }
        }
    }

    [return: PageTableEntry]
    private static ulong* Below([PageTableEntry] ulong* table, int level) =>
        (ulong*)PageTable.ToVirtual(PageTable.Read(table + PageTable.Index(Start, level)) & PageTable.AddressMask);
}
