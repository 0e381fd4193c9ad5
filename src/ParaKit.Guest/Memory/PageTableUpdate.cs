namespace ParaKit.Guest;

/// <summary>One store of a batch: which entry, and its new value.</summary>
public unsafe struct PageTableUpdate
{
    /// <summary>Where, in the direct map.</summary>
    [PageTableEntry]
    public ulong* Entry;

    /// <summary>Physical address and flags.</summary>
    public ulong Value;
}
