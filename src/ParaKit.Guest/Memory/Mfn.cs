namespace ParaKit.Guest;

/// <summary>
/// Number of a frame of the machine: what a page-table entry holds on Xen (public/xen.h, "MMU_NORMAL_PT_UPDATE"). It becomes a
/// <see cref="Pfn"/> only by the M2P table.
/// </summary>
/// <param name="number">Machine address divided by the page size.</param>
public readonly struct Mfn(ulong number)
{
    /// <summary>Machine address divided by the page size.</summary>
    public ulong Number { get; } = number;

    /// <summary>Machine address of the frame's first byte.</summary>
    public ulong Address => Number * PageTable.PageSize;

    /// <summary>The frame that contains a machine address; flags above and below an entry's address are dropped.</summary>
    public static Mfn Containing(ulong machine) => new((machine & PageTable.AddressMask) / PageTable.PageSize);
}
