using System.Text.Json.Serialization;
using ParaKit.Rewriter.Classification;
using ParaKit.Rewriter.Discovery;
using ParaKit.Rewriter.Scanning;

namespace ParaKit.Cli.Rendering;

/// <summary>What <c>parakit scan --json</c> prints; docs/json-output.md describes it.</summary>
/// <param name="Image">File name.</param>
/// <param name="ImageSha256">SHA-256 of the file.</param>
/// <param name="Format">What the file is, in words.</param>
/// <param name="Layout">How the kernel would be deprivileged.</param>
/// <param name="Coverage">How the code was read, in bytes.</param>
/// <param name="UnresolvedJumps">Addresses of indirect jumps with unknown targets.</param>
/// <param name="Findings">Instructions that are not innocuous, by address.</param>
/// <param name="Instructions">What becomes of each kind of instruction that occurs.</param>
/// <param name="ByClass">Number of findings of each class that occurs.</param>
/// <param name="BySymbol">Number of findings in each symbol.</param>
internal sealed record ScanDocument(
    string Image,
    string ImageSha256,
    string Format,
    RingLayout Layout,
    CodeCoverage Coverage,
    IReadOnlyList<string> UnresolvedJumps,
    IReadOnlyList<ScanDocument.Finding> Findings,
    IReadOnlyList<ScanDocument.InstructionKind> Instructions,
    IReadOnlyDictionary<string, int> ByClass,
    IReadOnlyDictionary<string, int> BySymbol)
{
    /// <summary>Makes the document.</summary>
    public static ScanDocument Of(ScanReport report, RingLayout layout) => new(
        report.Image.Name,
        report.Image.Sha256,
        report.Image.Format,
        layout,
        report.Coverage,
        [.. report.UnresolvedJumps.Select(ScanWords.Address)],
        [.. report.Findings.Select(f => Finding.Of(f, layout))],
        [.. report.Findings.GroupBy(f => f.Kind).OrderBy(g => g.Key.Name, StringComparer.Ordinal).Select(g => InstructionKind.Of(g.Key, g.Count(), layout))],
        report.Findings.GroupBy(f => f.Kind.Class).OrderByDescending(g => g.Key).ToDictionary(g => ScanWords.Json(g.Key), g => g.Count()),
        report.Findings.GroupBy(ScanWords.Symbol).OrderBy(g => g.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count()));

    /// <summary>One instruction in the image.</summary>
    internal sealed record Finding(
        string Address,
        ulong Offset,
        string Section,
        string Name,
        string Class,
        string Text,
        string Bytes,
        string FoundBy,
        bool IsOverlapping,
        string? Symbol,
        ulong? SymbolOffset,
        string? File,
        int? Line,
        bool Traps,
        string Deprivileged)
    {
        /// <summary>Makes it of a finding.</summary>
        public static Finding Of(ScanFinding finding, RingLayout layout) => new(
            ScanWords.Address(finding.Address),
            finding.Offset,
            finding.Section.Name,
            finding.Kind.Name,
            ScanWords.Json(finding.Kind.Class),
            finding.Text,
            Convert.ToHexStringLower(finding.Bytes.Span),
            ScanWords.Of(finding.Origin),
            finding.IsOverlapping,
            finding.Symbol?.Name,
            finding.Symbol?.Offset,
            finding.Line?.File,
            finding.Line?.Line,
            layout.Traps(finding.Kind),
            layout.Deprivileged(finding.Kind));
    }

    /// <summary>What becomes of an instruction, by technique.</summary>
    internal sealed record InstructionKind(
        string Name, string Class, bool IsOfThe17, int Sites, string Deprivileged, IReadOnlyDictionary<string, Handling> Techniques)
    {
        /// <summary>Makes it of the tables.</summary>
        public static InstructionKind Of(SensitiveInstruction instruction, int sites, RingLayout layout) => new(
            instruction.Name,
            ScanWords.Json(instruction.Class),
            instruction.IsOfThe17,
            sites,
            layout.Deprivileged(instruction),
            Enum.GetValues<MonitorTechnique>().ToDictionary(t => ScanWords.Json(t), t => Handling.Of(instruction, t, layout)));
    }
}

/// <summary>Serialization of <see cref="ScanDocument"/>, generated at compile time.</summary>
[JsonSerializable(typeof(ScanDocument))]
internal sealed partial class ScanDocumentJson : JsonSerializerContext
{
    /// <summary>Writes a document as UTF-8, ending with a newline.</summary>
    public static void Write(ScanDocument document, Stream output) =>
        ReadableJson.Write(output, document, static options => new ScanDocumentJson(options).ScanDocument);
}
