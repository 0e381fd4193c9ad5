using ParaKit.Guest;

/// <summary>Memory that exists only when touched: a region of the kernel and the heap of each user program.</summary>
internal static class DemandPaging
{
    /// <summary>Start of the kernel's lazy region, above the direct map.</summary>
    public const ulong KernelRegion = 0xffffffffc0000000;

    /// <summary>Size of either region in bytes.</summary>
    public const ulong RegionSize = 32 * PageTable.PageSize;

    public static ulong KernelFaults { get; private set; }

    /// <summary>Provides the page at <paramref name="address"/> if it is missing or shared, and the faulting code may use it.</summary>
    [NoAllocation]
    public static bool TryResolve(ulong address, bool fromUser)
    {
        Process process = Scheduler.Current.Process;
        ulong page = address & ~(PageTable.PageSize - 1);
        if (process != null && (TryProvide(process, address) || process.Space.TryUnshare(page)))
        {
            return true;
        }

        if (!fromUser && (SwappedRegion.TryProvide(address) || OfferedPages.TryCopy(address)))
        {
            return true;
        }

        if (fromUser || !Contains(KernelRegion, address) || AddressSpace.Kernel.IsMapped(page))
        {
            return false;
        }

        KernelFaults++;
        AddressSpace.Kernel.Map(page, Frames.Allocate(), PageTable.Writable | PageTable.NoExecute);
        return true;
    }

    /// <summary>Provides a page of a program's heap; false if it is there already, or the address is not in the heap.</summary>
    [NoAllocation]
    public static bool TryProvide(Process process, ulong address)
    {
        ulong page = address & ~(PageTable.PageSize - 1);
        if (!Contains(Process.HeapStart, address) || process.Space.IsMapped(page))
        {
            return false;
        }

        process.HeapFaults++;
        process.Space.Map(page, Frames.Allocate(), PageTable.Writable | PageTable.User | PageTable.NoExecute);
        return true;
    }

    private static bool Contains(ulong start, ulong address) => address - start < RegionSize;
}
