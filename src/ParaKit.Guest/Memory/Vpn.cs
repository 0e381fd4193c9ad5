namespace ParaKit.Guest;

/// <summary>Number of a page of linear addresses: what page tables translate from.</summary>
/// <param name="number">Linear address divided by the page size.</param>
public readonly struct Vpn(ulong number)
{
    /// <summary>Linear address divided by the page size.</summary>
    public ulong Number { get; } = number;

    /// <summary>Linear address of the page's first byte.</summary>
    public ulong Address => Number * PageTable.PageSize;

    /// <summary>The page that contains a linear address.</summary>
    public static Vpn Containing(ulong linear) => new(linear / PageTable.PageSize);

    /// <summary>The page at which the kernel's direct map shows a frame.</summary>
    public static Vpn InDirectMap(Pfn frame) => Containing(PageTable.ToVirtual(frame.Address));
}
