namespace ParaKit.Guest;

/// <summary>
/// Number of a frame as the kernel counts its memory: physical natively, pseudo-physical on Xen. It becomes an <see cref="Mfn"/>, which
/// is a different number there, only by the P2M table.
/// </summary>
/// <param name="number">Physical address divided by the page size.</param>
public readonly struct Pfn(ulong number)
{
    /// <summary>Physical address divided by the page size.</summary>
    public ulong Number { get; } = number;

    /// <summary>Physical address of the frame's first byte.</summary>
    public ulong Address => Number * PageTable.PageSize;

    /// <summary>The frame that contains a physical address.</summary>
    public static Pfn Containing(ulong physical) => new(physical / PageTable.PageSize);
}
