using System.Globalization;
using ParaKit.Cli.Rendering;

namespace ParaKit.Cli.Experiments;

/// <summary>An experiment as a table on the terminal.</summary>
internal static class ExperimentText
{
    /// <summary>Writes it.</summary>
    public static void Write(ExperimentReport report, TextWriter writer)
    {
        var table = new TextTable(1, 2);
        table.Add("", "here", "published", "expected");
        foreach (var section in report.Findings.GroupBy(finding => finding.Section))
        {
            table.AddHeading(section.Key);
            foreach (var finding in section)
            {
                var published = finding.Published is { } value ? $"{Number(value)} {finding.Unit}" : "";
                table.Add("  " + finding.Name, $"{Number(finding.Value)} {finding.Unit}".TrimEnd(), published.TrimEnd(), Band(finding) + (finding.IsInBand ? "" : "  OUTSIDE"));
            }
        }

        table.Write(writer);
    }

    /// <summary>A figure with three digits that count.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        >= 1000 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };

    /// <summary>What was expected.</summary>
    public static string Band(Finding finding) => (double.IsFinite(finding.Lowest), double.IsFinite(finding.Highest)) switch
    {
        (true, true) => $"{Number(finding.Lowest)} to {Number(finding.Highest)}",
        (true, false) => $"at least {Number(finding.Lowest)}",
        (false, true) => $"at most {Number(finding.Highest)}",
        _ => "",
    };
}
