using ParaKit.Guest;

/// <summary>System calls about a program's heap. The number of pages is the program's: it may be anything.</summary>
internal static class MemoryCalls
{
    private const ulong HeapPages = DemandPaging.RegionSize / PageTable.PageSize;

    [EventsMasked]
    public static ulong Map(ulong pages)
    {
        if (pages > HeapPages)
        {
            return SystemCalls.Failure;
        }

        Scheduler.Current.Process.Space.MapNew(Process.HeapStart, pages, PageTable.Writable | PageTable.User | PageTable.NoExecute);
        return 0;
    }

    [EventsMasked]
    public static ulong Unmap(ulong pages)
    {
        if (pages > HeapPages)
        {
            return SystemCalls.Failure;
        }

        Scheduler.Current.Process.Space.UnmapAll(Process.HeapStart, pages);
        return 0;
    }
}
