using System;
using ParaKit.Guest;

/// <summary>The first disk, if there is one: pages read, and written back as they were.</summary>
internal static unsafe class DiskBenchmarks
{
    private const ulong Pages = 64;

    public static void Run()
    {
        var ring = (void*)PageTable.ToVirtual(Frames.Allocate());
        var page = (ulong*)PageTable.ToVirtual(Frames.Allocate());
        if (!Disk.TryInitialize(ring, out ulong sectors))
        {
            return;
        }

        ulong pages = Math.Min(Pages, sectors / Disk.PageSectors);
        var digest = new Digest();
        ulong start = TimeStamp.Now;
        for (ulong i = 0; i < pages; i++)
        {
            Require(Disk.TryRead(i * Disk.PageSectors, page, Disk.PageSectors));
            digest.AddWord(page[i]);
        }

        Microbenchmarks.Report("disk read 4K", TimeStamp.Now - start, pages);
        Require(Disk.TryRead(0, page, Disk.PageSectors));
        start = TimeStamp.Now;
        bool isWritten = pages > 0;
        for (ulong i = 0; isWritten && i < pages; i++)
        {
            isWritten = Disk.TryWrite(0, page, Disk.PageSectors);
        }

        if (isWritten)
        {
            Microbenchmarks.Report("disk write 4K", TimeStamp.Now - start, pages);
            Require(Disk.TryFlush());
        }

        Console.Write("CHECK disk ");
        Console.WriteHex(digest.Value);
        Console.Write("\n");
    }

    private static void Require(bool isDone)
    {
        if (!isDone)
        {
            Platform.Fail("the disk has failed");
        }
    }
}
