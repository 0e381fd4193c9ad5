using ParaKit.Rewriter.Classification;
using ParaKit.Rewriter.Scanning;

namespace ParaKit.Rewriter.Certifying;

/// <summary>A sensitive instruction of an image, and what a certificate says of it.</summary>
/// <param name="Finding">The instruction.</param>
/// <param name="Handling">How it is handled, or why it is not.</param>
public sealed record CertifiedInstruction(ScanFinding Finding, Handling Handling)
{
    /// <summary>The machine operation or routine of the linker that it belongs to; null if nothing accounts for it.</summary>
    public string? Source { get; init; }

    /// <summary>Whether it is in data that the kernel calls.</summary>
    public bool IsInData { get; init; }
}
