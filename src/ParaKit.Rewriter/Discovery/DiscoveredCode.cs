namespace ParaKit.Rewriter.Discovery;

/// <summary>What discovery found.</summary>
/// <param name="Map">The instructions.</param>
/// <param name="UnresolvedJumps">Indirect jumps whose targets are not known.</param>
public sealed record DiscoveredCode(CodeMap Map, IReadOnlySet<ulong> UnresolvedJumps);
