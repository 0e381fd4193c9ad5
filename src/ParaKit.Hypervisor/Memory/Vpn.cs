namespace ParaKit.Hypervisor.Memory;

/// <summary>Number of a page of linear addresses: what a guest's page tables translate from.</summary>
/// <param name="Number">Linear address divided by the page size; the upper bits repeat bit 47.</param>
public readonly record struct Vpn(ulong Number)
{
    /// <summary>Linear address of the page's first byte.</summary>
    public ulong Address => Number << PageTableEntries.FrameShift;

    /// <summary>The page that contains a linear address.</summary>
    public static Vpn Containing(ulong linear) => new(linear >> PageTableEntries.FrameShift);

    /// <inheritdoc/>
    public override string ToString() => $"VPN {Number:x}";
}
