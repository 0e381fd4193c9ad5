namespace ParaKit.Rewriter.Discovery;

/// <summary>A table that a jump goes through.</summary>
/// <param name="Address">Its first entry.</param>
/// <param name="EntryBytes">Bytes of an entry, 4 or 8.</param>
/// <param name="Base">What signed distances are relative to; null if the entries are addresses.</param>
/// <param name="Count">How many entries the code before the jump allows.</param>
internal readonly record struct JumpTable(ulong Address, int EntryBytes, ulong? Base, int Count)
{
    /// <summary>Where an entry leads.</summary>
    internal ulong Target(ulong entry) => Base is { } start ? start + (ulong)(int)entry : entry;
}
