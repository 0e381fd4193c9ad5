using ParaKit.Guest;

/// <summary>Pages of the direct map, taken for good.</summary>
internal static unsafe class Pages
{
    private static ulong s_next;

    /// <summary>A page; the kernel fails if there is none left.</summary>
    public static ulong* Take()
    {
        if (s_next == 0)
        {
            s_next = (Platform.FirstFreeAddress + PageTable.PageSize - 1) & ~(PageTable.PageSize - 1);
        }

        if (s_next + PageTable.PageSize > Platform.MappedBytes)
        {
            Platform.Fail("the workload needs more memory");
        }

        s_next += PageTable.PageSize;
        return (ulong*)PageTable.ToVirtual(s_next - PageTable.PageSize);
    }

    /// <summary>Physical address of a page.</summary>
    public static ulong Physical(void* page) => (ulong)page - PageTable.KernelBase;
}
