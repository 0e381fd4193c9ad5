using System;
using ParaKit.Guest;

/// <summary>
/// Builds the address space of a new program, as fork does, uses each of its pages once and takes it down, with page-table updates one by one up to 2048 at a time.
/// "build=1024" on the command line says how many pages it has, "batch=64" that it is done with batches of that size only.
/// </summary>
internal static unsafe class AddressSpaceBuild
{
    private const ulong Start = 0x40000000;
    private const int LargestBatch = 2048;
    private const ulong PagesPerTable = PageTable.EntryCount;

    public static void Run(ulong pages)
    {
        const ulong BufferPages = LargestBatch * 2 * sizeof(ulong) / PageTable.PageSize;
        var buffer = (PageTableUpdate*)PageTable.ToVirtual(Frames.AllocateContiguous(BufferPages));
        if (CommandLine.TryGetNumber("batch=", out ulong only))
        {
            if (only is 0 or > LargestBatch)
            {
                Platform.Fail("batch= is from 1 to 2048");
            }

            Report((int)only, pages, Measure(buffer, (int)only, pages));
            return;
        }

        for (int batch = 1; batch <= LargestBatch; batch *= 2)
        {
            Report(batch, pages, Measure(buffer, batch, pages));
        }
    }

    private static ulong Measure(PageTableUpdate* buffer, int batch, ulong pages)
    {
        ulong flags = PageTable.Present | PageTable.Writable | PageTable.User | PageTable.NoExecute;
        AddressSpace space = new();
        X86.Cli();
        space.Begin();
        space.Adopt();
        ulong start = TimeStamp.Now;
        var updates = new PageTableBatch(new Span<PageTableUpdate>(buffer, batch));
        for (ulong page = 0; page < pages; page++)
        {
            ulong address = Start + (page * PageTable.PageSize);
            if (!Frames.TryTake(out ulong frame))
            {
                Platform.Fail("out of physical memory");
            }

            if (page % PagesPerTable == 0)
            {
                space.Map(address, frame, flags);
            }
            else
            {
                updates.Write(space.EntryOf(address), frame | flags);
            }
        }

        updates.Flush();
        space.Activate();
        Use(pages);
        AddressSpace.Kernel.Activate();
        ulong time = TimeStamp.Now - start;
        space.Destroy();
        X86.Sti();
        return time;
    }

    private static void Use(ulong pages)
    {
        for (ulong page = 0; page < pages; page++)
        {
            *(ulong*)(Start + (page * PageTable.PageSize)) = page;
        }
    }

    private static void Report(int batch, ulong pages, ulong time)
    {
        Console.Write("BUILD batch ");
        Console.WriteDecimal((ulong)batch);
        Console.Write(" pages ");
        Console.WriteDecimal(pages);
        Console.Write(" time ");
        Console.WriteDecimal(time);
        Console.Write("\n");
    }
}
