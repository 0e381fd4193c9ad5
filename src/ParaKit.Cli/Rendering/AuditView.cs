using System.Globalization;
using ParaKit.Workspaces.Auditing;

namespace ParaKit.Cli.Rendering;

/// <summary>Prints an audit for people.</summary>
internal sealed class AuditView(TextWriter writer)
{
    /// <summary>Prints uses by class, file and member; totals; the port-cost table.</summary>
    public void Write(AuditReport report)
    {
        foreach (var group in report.Uses.GroupBy(use => use.Class).OrderBy(group => group.Key))
        {
            var (name, meaning) = AuditWords.Of(group.Key);
            Heading($"{name} ({Count(group.Count(), "use")}): {meaning}");
            WriteUses([.. group]);
        }

        Heading($"Totals: {Count(report.Uses.Length, "use")} in {Count(report.Uses.Select(use => use.File).Distinct().Count(), "file")} of {report.Name} ({string.Join(", ", report.Projects)})");
        WriteTotals(report);
        Heading("Cost of porting, in lines of code");
        PortCostView.Write(report.PortCost, writer);
    }

    private void WriteUses(IReadOnlyList<OperationUse> uses)
    {
        var table = new TextTable(rightAligned: 0);
        table.Add("line", "mnemonic", "deprivileged", "becomes");
        foreach (var file in uses.GroupBy(use => use.File))
        {
            table.AddHeading(file.Key);
            foreach (var symbol in file.GroupBy(use => use.Symbol))
            {
                table.AddHeading($"  {symbol.Key}");
                foreach (var use in symbol)
                {
                    table.Add(use.Line.ToString(CultureInfo.InvariantCulture), use.Mnemonic, use.Deprivileged ?? "", AuditWords.Becomes(use));
                }
            }
        }

        table.Write(writer, indent: "    ");
        writer.WriteLine();
    }

    private void WriteTotals(AuditReport report)
    {
        var table = new TextTable(1, 2);
        table.Add("operation", "uses", "rewritten", "class");
        foreach (var operation in report.Uses.GroupBy(use => (use.Class, use.Operation, use.Mnemonic)).OrderBy(group => group.Key.Class)
            .ThenByDescending(group => group.Count()).ThenBy(group => group.Key.Operation, StringComparer.Ordinal))
        {
            table.Add($"{operation.Key.Operation} ({operation.Key.Mnemonic})", Figure(operation.Count()), Figure(Rewritten(operation)), AuditWords.Of(operation.Key.Class).Name);
        }

        foreach (var total in report.Uses.GroupBy(use => use.Class).OrderBy(group => group.Key))
        {
            table.Add($"all {AuditWords.Of(total.Key).Name}", Figure(total.Count()), Figure(Rewritten(total)));
        }

        table.Add("all", Figure(report.Uses.Length), Figure(Rewritten(report.Uses)));
        table.Write(writer, indent: "  ");
        writer.WriteLine();
    }

    private static int Rewritten(IEnumerable<OperationUse> uses) => uses.Count(use => use.Rewriting == Rewriting.Rewritten);

    private static string Count(int number, string noun) => $"{Figure(number)} {noun}{(number == 1 ? "" : "s")}";

    private static string Figure(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private void Heading(string text) => writer.WriteLine($"== {text} ==");
}
