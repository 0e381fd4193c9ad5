using ParaKit.Guest;

/// <summary>Frames, page tables and lazy memory of the kernel.</summary>
internal static unsafe class MemoryChecks
{
    /// <summary>Frames that the checks keep: pages and tables of the lazy region.</summary>
    public const ulong FramesKept = 6;

    private const ulong Pattern = 0x0123456789abcdef;

    public static void Run()
    {
        SharedFrames();
        Tables();
        BatchedTables();
        SelfCheck.Report("lazy kernel memory", LazyMemory() == 4, 4);
    }

    /// <summary>A frame with two users is free only when both have freed it.</summary>
    private static void SharedFrames()
    {
        ulong frame = Frames.Allocate();
        Frames.Share(frame);
        bool wasShared = Frames.IsShared(frame);
        Frames.Free(frame);
        ulong other = Frames.Allocate();
        bool passed = wasShared && !Frames.IsShared(frame) && other != frame;
        Frames.Free(other);
        Frames.Free(frame);
        SelfCheck.Report("shared frames", passed && Frames.Allocate() == frame, 2);
        Frames.Free(frame);
    }

    /// <summary>One frame at two addresses: what is written through one is read through the other, until it is unmapped.</summary>
    private static void Tables()
    {
        const ulong First = DemandPaging.KernelRegion + DemandPaging.RegionSize;
        const ulong Second = First + PageTable.PageSize;
        ulong frame = Frames.Allocate();
        AddressSpace.Kernel.Map(First, frame, PageTable.Writable | PageTable.NoExecute);
        AddressSpace.Kernel.Map(Second, frame, PageTable.Writable | PageTable.NoExecute);
        *(ulong*)First = Pattern;
        ulong read = *(ulong*)Second;
        bool same = AddressSpace.Kernel.Unmap(First) == frame && AddressSpace.Kernel.Unmap(Second) == frame;
        SelfCheck.Report("page tables", read == Pattern && same && !AddressSpace.Kernel.IsMapped(First), read);
        Frames.Free(frame);
    }

    /// <summary>One frame at many addresses, mapped and unmapped by batches that need several flushes.</summary>
    private static void BatchedTables()
    {
        const ulong Start = DemandPaging.KernelRegion + (2 * DemandPaging.RegionSize);
        const int Pages = 50;
        ulong frame = Frames.Allocate();
        AddressSpace.Kernel.MapAlias(Start, Pages, frame | PageTable.Present | PageTable.Writable | PageTable.NoExecute);
        for (ulong i = 0; i < Pages; i++)
        {
            *(ulong*)(Start + (i * PageTable.PageSize)) += i;
        }

        ulong sum = *(ulong*)PageTable.ToVirtual(frame);
        AddressSpace.Kernel.MapAlias(Start, Pages, 0);
        SelfCheck.Report("batched page tables", sum == Pages * (Pages - 1) / 2 && !AddressSpace.Kernel.IsMapped(Start + (7 * PageTable.PageSize)), sum);
        Frames.Free(frame);
    }

    private static ulong LazyMemory()
    {
        ulong before = DemandPaging.KernelFaults;
        for (ulong i = 0; i < 8; i++)
        {
            *(ulong*)(DemandPaging.KernelRegion + (i * PageTable.PageSize / 2)) = i;
        }

        return DemandPaging.KernelFaults - before;
    }
}
