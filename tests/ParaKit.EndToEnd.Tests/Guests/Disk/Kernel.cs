using System.Runtime;
using ParaKit.Abi;
using ParaKit.Guest;
using ParaKit.Guest.Xen;

/// <summary>Uses its first disk in every way that a front end can, right and wrong, and says what came of it.</summary>
internal static unsafe class Kernel
{
    private const ulong FirstDisk = 51712;
    private const int PageSectors = 8;
    private const int Words = 512;

    private static ulong* s_page;

    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        if (Platform.CommandLine.Length > 0 && Platform.CommandLine[0] == (byte)'e')
        {
            Echo();
        }

        ulong free = (Platform.FirstFreeAddress + PageTable.PageSize - 1) & ~(PageTable.PageSize - 1);
        s_page = (ulong*)(PageTable.KernelBase + free + PageTable.PageSize);
        if (!GrantTable.TryInitialize() || !BlockDevice.TryConnect(FirstDisk, (void*)(PageTable.KernelBase + free), out BlockDevice disk))
        {
            Platform.Fail("no disk");
            return;
        }

        if (Platform.CommandLine.Length > 0)
        {
            Queue.WriteAndRead(disk, (byte*)s_page);
        }

        Console.Write("sectors ");
        Console.WriteDecimal(disk.Sectors);
        Console.WriteLine(disk.IsReadOnly ? ", read-only" : "");
        WriteAndRead(disk);
        Mistakes(disk);
        Queue.Check(disk, s_page, disk.Sectors);
        Report("store refuses what is domain 0's", !XenStore.TryWrite("/local/domain/0/x"u8, "1"u8));
        Report("store keeps what is ours", XenStore.TryWriteNumber("data/mark"u8, 42) && XenStore.TryReadNumber("/local/domain/1/data/mark"u8, out ulong number) && number == 42);
        Platform.Shutdown(0);
    }

    /// <summary>Says what is typed, until a full stop.</summary>
    private static void Echo()
    {
        System.Span<byte> bytes = stackalloc byte[100];
        RingConsole.Write("what? "u8);
        int length;
        do
        {
            length = RingConsole.Read(bytes);
            RingConsole.Write(bytes.Slice(0, length));
        }
        while (bytes[length - 1] != '.');

        Platform.Shutdown(0);
    }

    internal static void Report(string what, bool isTrue)
    {
        Console.Write(isTrue ? "PASS " : "FAIL ");
        Console.WriteLine(what);
    }

    private static void WriteAndRead(BlockDevice disk)
    {
        bool isWritten = true;
        bool isRead = true;
        for (ulong sector = 0; sector + PageSectors <= disk.Sectors && sector < 64; sector += PageSectors)
        {
            Fill(sector);
            isWritten &= disk.Transfer(sector == 32 ? BlockOperation.WriteBarrier : BlockOperation.Write, sector, s_page, PageSectors) == BlockStatus.Okay;
        }

        Report("pages are written", isWritten);
        Report("the cache is flushed", disk.Transfer(BlockOperation.FlushDiskCache, 0, null, 0) == BlockStatus.Okay);
        for (ulong sector = 0; sector + PageSectors <= disk.Sectors && sector < 64; sector += PageSectors)
        {
            Clear();
            isRead &= disk.Transfer(BlockOperation.Read, sector, s_page, PageSectors) == BlockStatus.Okay && IsFilled(sector);
        }

        Report("pages are read as they were written", isRead);
    }

    private static void Mistakes(BlockDevice disk)
    {
        Report("sectors behind the end are refused", disk.Transfer(BlockOperation.Read, disk.Sectors, s_page, 1) == BlockStatus.Error);
        Report("sectors around the end are refused", disk.Transfer(BlockOperation.Write, ulong.MaxValue, s_page, PageSectors) == BlockStatus.Error);
        Report("an unknown operation is not supported", disk.Do(new BlockRequest { Operation = (BlockOperation)77, Id = 1001 }) == BlockStatus.NotSupported);
        Report("no segments are refused", disk.Do(new BlockRequest { Operation = BlockOperation.Read, Id = 1002 }) == BlockStatus.Error);
        Report("a grant that is none is refused", disk.Do(Request(1003, new BlockSegment { Grant = 400, Last = 7 })) == BlockStatus.Error);
        Report("a grant behind the table is refused", disk.Do(Request(1004, new BlockSegment { Grant = uint.MaxValue, Last = 7 })) == BlockStatus.Error);
        Report("a segment that ends before it begins is refused", disk.Do(Request(1005, new BlockSegment { Grant = 8, First = 3, Last = 2 })) == BlockStatus.Error);
        Report("a segment behind its page is refused", disk.Do(Request(1006, new BlockSegment { Grant = 8, Last = 8 })) == BlockStatus.Error);
    }

    private static BlockRequest Request(ulong id, BlockSegment segment)
    {
        var request = new BlockRequest { Operation = BlockOperation.Read, Id = id, SegmentCount = 1 };
        *(BlockSegment*)&request.Segments = segment;
        return request;
    }

    private static void Fill(ulong sector)
    {
        for (ulong i = 0; i < Words; i++)
        {
            s_page[i] = (sector << 32) | i;
        }
    }

    private static void Clear()
    {
        for (int i = 0; i < Words; i++)
        {
            s_page[i] = 0;
        }
    }

    private static bool IsFilled(ulong sector)
    {
        bool isFilled = true;
        for (ulong i = 0; i < Words; i++)
        {
            isFilled &= s_page[i] == ((sector << 32) | i);
        }

        return isFilled;
    }
}

/// <summary>A full ring.</summary>
internal static unsafe class Queue
{
    private const int Pages = 6;
    private const int PageBytes = 4096;

    /// <summary>Pages that are written at a time, with a barrier among them, and read at a time; each request is answered once.</summary>
    public static void WriteAndRead(BlockDevice disk, byte* pages)
    {
        for (int i = 0; i < Pages * PageBytes; i++)
        {
            pages[i] = (byte)((i / PageBytes) + 1 + (i % 7));
        }

        int written = Do(disk, pages, BlockOperation.Write);
        for (int i = 0; i < Pages * PageBytes; i++)
        {
            pages[i] = 0;
        }

        int read = Do(disk, pages, BlockOperation.Read);
        bool isSame = true;
        for (int i = 0; i < Pages * PageBytes; i++)
        {
            isSame &= pages[i] == (byte)((i / PageBytes) + 1 + (i % 7));
        }

        Console.Write("written ");
        Console.WriteDecimal((ulong)written);
        Console.Write(", read ");
        Console.WriteDecimal((ulong)read);
        Console.WriteLine(isSame ? ", the same" : ", different");
        Platform.Shutdown(0);
    }

    /// <summary>Requests that were answered with success.</summary>
    private static int Do(BlockDevice disk, byte* pages, BlockOperation operation)
    {
        var grants = new GrantReference[Pages];
        for (int i = 0; i < Pages; i++)
        {
            GrantTable.TryGrantAccess(0, new Pfn(((ulong)pages - PageTable.KernelBase + (ulong)(i * PageBytes)) / PageTable.PageSize), isReadOnly: operation == BlockOperation.Write, out grants[i]);
            bool isBarrier = operation == BlockOperation.Write && i == 3;
            var request = new BlockRequest { Operation = isBarrier ? BlockOperation.WriteBarrier : operation, Id = (ulong)i + 1, Sector = (ulong)i * 8, SegmentCount = 1 };
            *(BlockSegment*)&request.Segments = new BlockSegment { Grant = grants[i].Number, Last = 7 };
            disk.TryPut(in request);
        }

        disk.Push();
        int answers = 0;
        int done = 0;
        while (answers < Pages)
        {
            if (!disk.TryTake(out BlockResponse response))
            {
                disk.Wait();
                continue;
            }

            answers++;
            done += response.Status == BlockStatus.Okay ? 1 : 0;
        }

        for (int i = 0; i < Pages; i++)
        {
            GrantTable.TryEndAccess(grants[i]);
        }

        return disk.TryTake(out _) ? -1 : done;
    }

    private const int Requests = 200;

    public static void Check(BlockDevice disk, ulong* page, ulong sectors)
    {
        uint put = 0;
        uint taken = 0;
        uint failed = 0;
        if (!GrantTable.TryGrantAccess(0, new Pfn(((ulong)page - PageTable.KernelBase) / PageTable.PageSize), isReadOnly: false, out GrantReference grant))
        {
            Platform.Fail("no grant");
        }

        while (taken < Requests)
        {
            while (put < Requests && disk.Free > 0)
            {
                var request = new BlockRequest { Operation = BlockOperation.Read, Id = put, Sector = put * 37 % (sectors - 8), SegmentCount = 1 };
                *(BlockSegment*)&request.Segments = new BlockSegment { Grant = grant.Number, Last = 7 };
                disk.TryPut(in request);
                put++;
            }

            disk.Push();
            while (disk.TryTake(out BlockResponse response))
            {
                failed += response.Status == BlockStatus.Okay ? 0u : 1u;
                taken++;
            }
        }

        Kernel.Report("200 requests are answered", failed == 0);
        Kernel.Report("a grant ends when nothing uses it", GrantTable.TryEndAccess(grant));
    }
}
