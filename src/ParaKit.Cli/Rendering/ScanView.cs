using System.Globalization;
using ParaKit.Rewriter.Classification;
using ParaKit.Rewriter.Scanning;

namespace ParaKit.Cli.Rendering;

/// <summary>Prints a scan for people.</summary>
internal sealed class ScanView(TextWriter writer, RingLayout layout)
{
    private static readonly MonitorTechnique[] s_techniques = Enum.GetValues<MonitorTechnique>();

    /// <summary>Prints the image, findings by class, totals, and what each technique does.</summary>
    public void Write(ScanReport report)
    {
        var coverage = report.Coverage;
        writer.WriteLine($"{report.Image.Name}: {report.Image.Format}, SHA-256 {report.Image.Sha256}");
        writer.WriteLine($"{Figure(coverage.Total)} bytes of code: {Figure(coverage.Descent)} reached by control flow, {Figure(coverage.Sweep)} read by linear sweep, {Figure(coverage.Other)} no instructions.");
        writer.WriteLine($"{Figure(report.UnresolvedJumps.Length)} indirect jumps with unknown targets.");
        writer.WriteLine();
        foreach (var group in report.Findings.GroupBy(finding => finding.Kind.Class).OrderByDescending(group => group.Key))
        {
            var (name, meaning) = ScanWords.Of(group.Key);
            Heading($"{name} ({Figure(group.Count())}): {meaning}");
            WriteFindings(group);
        }

        Heading($"What becomes of them ({ScanWords.Of(layout)})");
        WriteInstructions(report);
        Heading("Totals");
        WriteTotals(report);
    }

    private void WriteFindings(IEnumerable<ScanFinding> findings)
    {
        var table = new TextTable();
        table.Add("address", "found by", "instruction", "symbol", "source");
        foreach (var finding in findings)
        {
            table.Add(
                ScanWords.Address(finding.Address),
                ScanWords.Of(finding.Origin) + (finding.IsOverlapping ? ", overlapping" : ""),
                finding.Text,
                finding.Symbol?.ToString() ?? "",
                finding.Line?.ToString() ?? "");
        }

        table.Write(writer, indent: "  ");
        writer.WriteLine();
    }

    private void WriteInstructions(ScanReport report)
    {
        var table = new TextTable(1);
        table.Add(["instruction", "sites", "deprivileged", .. s_techniques.Select(t => ScanWords.Json(t))]);
        foreach (var group in report.Findings.GroupBy(finding => finding.Kind).OrderByDescending(group => group.Key.Class).ThenBy(group => group.Key.Name, StringComparer.Ordinal))
        {
            table.Add([group.Key.Name, Figure(group.Count()), layout.Deprivileged(group.Key), .. s_techniques.Select(t => Handling.Of(group.Key, t, layout).Text)]);
        }

        table.Write(writer, indent: "  ");
        writer.WriteLine();
    }

    private void WriteTotals(ScanReport report)
    {
        var table = new TextTable(1, 2);
        table.Add("class or symbol", "by flow", "by sweep");
        foreach (var group in report.Findings.GroupBy(finding => finding.Kind.Class).OrderByDescending(group => group.Key))
        {
            AddTotal(table, ScanWords.Of(group.Key).Name, group);
        }

        AddTotal(table, "all", report.Findings);
        foreach (var group in report.Findings.GroupBy(ScanWords.Symbol).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal))
        {
            AddTotal(table, "  " + group.Key, group);
        }

        table.Write(writer, indent: "  ");
    }

    private static void AddTotal(TextTable table, string name, IEnumerable<ScanFinding> findings)
    {
        var byOrigin = findings.ToLookup(finding => ScanWords.Of(finding.Origin));
        table.Add(name, Figure(byOrigin["flow"].Count()), Figure(byOrigin["sweep"].Count()));
    }

    private static string Figure(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private void Heading(string text) => writer.WriteLine($"== {text} ==");
}
