using System.Text.Json;
using ParaKit.Workspaces.Auditing;
using ParaKit.Workspaces.PortCosts;

namespace ParaKit.Cli.Rendering;

/// <summary>What <c>parakit audit --json</c> prints; docs/json-output.md describes it.</summary>
/// <param name="Name">File name of the audited project or solution.</param>
/// <param name="Projects">Names of the guest projects.</param>
/// <param name="CompileErrors">Compile errors.</param>
/// <param name="Uses">Uses of sensitive operations.</param>
/// <param name="ByClass">Number of uses of each class that occurs.</param>
/// <param name="ByOperation">Number of uses of each operation that occurs.</param>
/// <param name="PortCost">The port-cost table.</param>
internal sealed record AuditDocument(
    string Name,
    IReadOnlyList<string> Projects,
    IReadOnlyList<string> CompileErrors,
    IReadOnlyList<AuditDocument.Use> Uses,
    IReadOnlyDictionary<string, int> ByClass,
    IReadOnlyDictionary<string, int> ByOperation,
    AuditDocument.Cost PortCost)
{
    /// <summary>Makes the document of a report.</summary>
    public static AuditDocument Of(AuditReport report) => new(
        report.Name,
        report.Projects,
        report.CompileErrors,
        [.. report.Uses.Select(Use.Of)],
        report.Uses.GroupBy(use => use.Class).OrderBy(group => group.Key).ToDictionary(group => Word(group.Key), group => group.Count()),
        report.Uses.GroupBy(use => use.Operation).OrderBy(group => group.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count()),
        Cost.Of(report.PortCost));

    private static string Word(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>One use; members as in <see cref="OperationUse"/>.</summary>
    internal sealed record Use(
        string Project,
        string File,
        int Line,
        int Column,
        int EndLine,
        int EndColumn,
        string Symbol,
        string Operation,
        string Mnemonic,
        string Class,
        string? Deprivileged,
        string? Becomes,
        string Form,
        string Rewriting,
        string? Problem,
        string Category,
        string? RuleId)
    {
        /// <summary>Makes the member of a use.</summary>
        public static Use Of(OperationUse use) => new(
            use.Project,
            use.File,
            use.Line,
            use.Column,
            use.EndLine,
            use.EndColumn,
            use.Symbol,
            use.Operation,
            use.Mnemonic,
            Word(use.Class),
            use.Deprivileged,
            use.Becomes,
            Word(use.Form),
            Word(use.Rewriting),
            use.Problem,
            Word(use.Category),
            use.Rewriting == Workspaces.Auditing.Rewriting.Unneeded ? null : AuditWords.RuleId(use));
    }

    /// <summary>The port-cost table; members as in <see cref="ParaKit.Workspaces.PortCosts.PortCost"/>.</summary>
    internal sealed record Cost(
        IReadOnlyList<Row> Rows, Row Total, int CodeLines, int CodeBaseLines, double HandChangedPercent, double RewrittenPercent, string Source)
    {
        /// <summary>Makes the member of a table.</summary>
        public static Cost Of(PortCost cost) => new(
            [.. cost.Rows.Select(row => Row.Of(Word(row.Key), row.Value, port => port.Lines(row.Key)))],
            Row.Of("total", cost.Total, port => port.Total),
            cost.CodeLines,
            cost.CodeBaseLines,
            Math.Round(cost.HandChangedPercent, 4),
            Math.Round(cost.RewrittenPercent, 4),
            PaperPort.Source);
    }

    /// <summary>One row, with the published lines of the same row.</summary>
    internal sealed record Row(string Category, int HandChangedLines, int RewrittenCallSites, int RewrittenLines, int? PublishedLinux, int? PublishedWindowsXp)
    {
        /// <summary>Makes a row.</summary>
        public static Row Of(string category, PortCostRow row, Func<PaperPort, int?> published) => new(
            category, row.HandChangedLines, row.RewrittenCallSites, row.RewrittenLines, published(PaperPort.Linux), published(PaperPort.WindowsXp));
    }
}
