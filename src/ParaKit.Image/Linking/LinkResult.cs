using System.Collections.Immutable;

namespace ParaKit.Image.Linking;

/// <summary>Outcome of a link: an image, or the reasons why there is none.</summary>
public sealed record LinkResult
{
    /// <summary>The ELF file; empty if there are errors.</summary>
    public ReadOnlyMemory<byte> Image { get; init; }

    /// <summary>The errors.</summary>
    public ImmutableArray<LinkDiagnostic> Errors { get; init; } = [];

    /// <summary>Call sites that became machine instructions, by address.</summary>
    public ImmutableArray<PatchSite> Patches { get; init; } = [];

    /// <summary>Whether there is an image.</summary>
    public bool Succeeded => Errors.IsEmpty;
}
