using System.Collections.Immutable;
using ParaKit.Image;
using ParaKit.Rewriter.Discovery;

namespace ParaKit.Rewriter.Scanning;

/// <summary>What a scan found.</summary>
/// <param name="Image">The image.</param>
/// <param name="Findings">Instructions that are not innocuous, by address.</param>
/// <param name="Coverage">How the image's code was read.</param>
/// <param name="UnresolvedJumps">Addresses of indirect jumps whose targets are not known.</param>
public sealed record ScanReport(CodeImage Image, ImmutableArray<ScanFinding> Findings, CodeCoverage Coverage, ImmutableArray<ulong> UnresolvedJumps);
