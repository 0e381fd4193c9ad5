using ParaKit.Image;
using ParaKit.Rewriter.Classification;
using ParaKit.Rewriter.Discovery;

namespace ParaKit.Rewriter.Scanning;

/// <summary>An instruction of an image that is not innocuous.</summary>
/// <param name="Address">Linear address.</param>
/// <param name="Kind">What is known about it.</param>
public sealed record ScanFinding(ulong Address, SensitiveInstruction Kind)
{
    /// <summary>Why it is taken for an instruction.</summary>
    public required CodeOrigin Origin { get; init; }

    /// <summary>The section that it lies in.</summary>
    public required CodeSection Section { get; init; }

    /// <summary>The instruction in NASM's notation.</summary>
    public required string Text { get; init; }

    /// <summary>Its length in bytes.</summary>
    public required int Length { get; init; }

    /// <summary>Whether it shares bytes with another instruction that control flow reaches.</summary>
    public required bool IsOverlapping { get; init; }

    /// <summary>The symbol that covers it; null if none does.</summary>
    public SymbolHit? Symbol { get; init; }

    /// <summary>The source line that it comes from; null if debug information does not tell.</summary>
    public SourceLine? Line { get; init; }

    /// <summary>Where its first byte is in the file, or in the kernel that was unpacked from it.</summary>
    public ulong Offset => Section.Offset + (Address - Section.Address);

    /// <summary>Its bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => Section.Data.Slice((int)(Address - Section.Address), Length);
}
