namespace ParaKit.Rewriter.Discovery;

/// <summary>A table that a jump goes through.</summary>
/// <param name="Address">Its first entry.</param>
/// <param name="EntryBytes">8 for addresses, 4 for signed distances from <paramref name="Base"/>.</param>
/// <param name="Base">What distances are relative to.</param>
/// <param name="Count">How many entries the code before the jump allows.</param>
internal readonly record struct JumpTable(ulong Address, int EntryBytes, ulong Base, int Count);
