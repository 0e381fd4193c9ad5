using System.Text.Json;
using System.Text.Json.Serialization;

namespace ParaKit.Cli.Experiments;

/// <summary>An experiment as <c>--json</c> writes it.</summary>
/// <param name="SchemaVersion">Grows with incompatible changes.</param>
/// <param name="Experiment">Its name.</param>
/// <param name="AsExpected">Whether all findings lie in their bands.</param>
/// <param name="Findings">The figures.</param>
internal sealed record ExperimentDocument(int SchemaVersion, string Experiment, bool AsExpected, IReadOnlyList<FindingDocument> Findings)
{
    /// <summary>Makes one.</summary>
    public static ExperimentDocument Of(ExperimentReport report) => new(1, report.Name, report.IsAsExpected, [.. report.Findings.Select(finding => new FindingDocument(
        finding.Section,
        finding.Name,
        finding.Unit,
        finding.Value,
        finding.Published,
        finding.Source.Length == 0 ? null : finding.Source,
        double.IsFinite(finding.Lowest) ? finding.Lowest : null,
        double.IsFinite(finding.Highest) ? finding.Highest : null,
        finding.IsInBand))]);
}

/// <summary>A figure of an experiment.</summary>
internal sealed record FindingDocument(string Section, string Name, string Unit, double Value, double? Published, string? Source, double? Lowest, double? Highest, bool InBand);

/// <summary>Reads and writes <see cref="ExperimentDocument"/>.</summary>
[JsonSerializable(typeof(ExperimentDocument))]
internal sealed partial class ExperimentJson : JsonSerializerContext
{
    /// <summary>Options of ParaKit's documents.</summary>
    public static ExperimentJson With(JsonSerializerOptions options) => new(options);
}
