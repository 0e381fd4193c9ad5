using System.Collections.Immutable;
using Iced.Intel;
using ParaKit.Image;
using ParaKit.Rewriter.Classification;
using ParaKit.Rewriter.Discovery;

namespace ParaKit.Rewriter.Scanning;

/// <summary>Finds every instruction of an image that is not innocuous.</summary>
public static class ImageScanner
{
    /// <summary>Scans an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="progress">Told now and then which part of the code is read, 0 to 1.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    public static ScanReport Scan(CodeImage image, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Scan(image, ImageCode.Explore(image, progress, cancellation), cancellation);
    }

    /// <summary>Scans an image that has been explored.</summary>
    internal static ScanReport Scan(CodeImage image, DiscoveredCode code, CancellationToken cancellation)
    {
        var formatter = new NasmFormatter();
        var output = new StringOutput();
        var findings = ImmutableArray.CreateBuilder<ScanFinding>();
        foreach (Instruction instruction in code.Map.Sensitive())
        {
            cancellation.ThrowIfCancellationRequested();
            formatter.Format(in instruction, output);
            findings.Add(Finding(image, code.Map, in instruction, output.ToStringAndReset()));
        }

        return new ScanReport(image, findings.ToImmutable(), code.Map.Coverage(), [.. code.UnresolvedJumps.Order()]);
    }

    private static ScanFinding Finding(CodeImage image, CodeMap map, in Instruction instruction, string text) =>
        new(instruction.IP, SensitiveInstructions.Find(instruction.Code)!)
        {
            Origin = map.OriginOf(instruction.IP),
            Section = image.FindSection(instruction.IP)!,
            Text = text,
            Length = instruction.Length,
            IsOverlapping = map.IsOverlapping(in instruction),
            Symbol = image.TryFindSymbol(instruction.IP, out SymbolHit hit) ? hit : null,
            Line = image.TryFindLine(instruction.IP, out SourceLine line) ? line : null,
        };
}
