using System.Globalization;
using ParaKit.Workspaces.PortCosts;

namespace ParaKit.Cli.Rendering;

/// <summary>Prints the port-cost table beside the published one.</summary>
internal static class PortCostView
{
    /// <summary>Prints the table and what its figures are.</summary>
    public static void Write(PortCost cost, TextWriter writer)
    {
        var table = new TextTable(1, 2, 3, 4, 5);
        table.Add("", "changed by hand", "calls rewritten", "lines with them", PaperPort.Linux.Name, PaperPort.WindowsXp.Name);
        foreach (var (category, row) in cost.Rows)
        {
            table.Add([AuditWords.Of(category), .. Figures(row), Lines(PaperPort.Linux.Lines(category)), Lines(PaperPort.WindowsXp.Lines(category))]);
        }

        table.Add(["Total", .. Figures(cost.Total), Lines(PaperPort.Linux.Total), Lines(PaperPort.WindowsXp.Total)]);
        table.Add(
            "Portion of the code base", Percent(cost.HandChangedPercent), "", Percent(cost.RewrittenPercent),
            Percent(PaperPort.Linux.CodeBasePercent), Percent(PaperPort.WindowsXp.CodeBasePercent));
        table.Write(writer, indent: "  ");
        writer.WriteLine();
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"This kernel: {cost.CodeLines:N0} lines with code, {cost.CodeBaseLines:N0} of them outside device drivers (the code base); counted."));
        writer.WriteLine("Calls are rewritten by the generator at build time; lines are changed by hand where it cannot.");
        writer.WriteLine($"Linux, Windows XP: lines changed or added by hand; published: {PaperPort.Source}.");
        writer.WriteLine("Their code base is the x86 code without device drivers; the port of Windows XP was not complete.");
    }

    private static string[] Figures(PortCostRow row) => [Lines(row.HandChangedLines), Lines(row.RewrittenCallSites), Lines(row.RewrittenLines)];

    private static string Lines(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string Percent(double value) => value.ToString("F2", CultureInfo.InvariantCulture) + " %";
}
