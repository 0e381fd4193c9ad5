using System.Text;
using ParaKit.Cli.Reporting;

namespace ParaKit.Cli.Experiments;

/// <summary>An experiment as a page that needs nothing but itself: no script, no font, no network.</summary>
internal static class ExperimentPage
{
    private const int Colors = 7;
    private const int LaneHeight = 14;
    private const int Width = 1000;
    private const int Height = 300;
    private const int Margin = 40;

    /// <summary>Writes the page as UTF-8.</summary>
    public static void Write(ExperimentReport report, Stream output)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        writer.Write(Page(report).ToString());
    }

    private static HtmlText Page(ExperimentReport report) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        {PageParts.Head(report.Title)}
        </head>
        <body>
        <header>
        <h1>{report.Title}</h1>
        <p class="lead">{report.Lead}</p>
        </header>
        <main>
        <section>
        <h2>What was found</h2>
        <p class="verdict {(report.IsAsExpected ? "good" : "bad")}">{report.Findings.Count(f => f.IsInBand)} of {report.Findings.Count} figures are as expected.</p>
        {HtmlText.Of(report.Findings.GroupBy(finding => finding.Section), section => $"<h3>{section.Key}</h3>{Table([.. section])}")}
        {Sources(report)}
        </section>
        {HtmlText.Of(report.Charts, Section)}
        </main>
        <footer>
        <p>All figures are modelled, and the same on every machine. ParaKit {PageParts.Version()}.</p>
        </footer>
        </body>
        </html>

        """;

    private static HtmlText Table(IReadOnlyList<Finding> findings) => $"""
        <div class="scroll"><table class="numbers">
        <tr><th>Figure</th><th>here</th><th>published</th><th>expected</th></tr>
        {HtmlText.Of(findings, Row)}
        </table></div>

        """;

    private static HtmlText Row(Finding finding) => $"""
        <tr class="{(finding.IsInBand ? "" : "outside")}"><th>{finding.Name}</th><td>{ExperimentText.Number(finding.Value)} {finding.Unit}</td>
        <td>{(finding.Published is { } published ? $"{ExperimentText.Number(published)} {finding.Unit}" : "")}</td><td>{ExperimentText.Band(finding)}</td></tr>

        """;

    private static HtmlText Sources(ExperimentReport report) =>
        report.Findings.Select(finding => finding.Source).Where(source => source.Length > 0).Distinct(StringComparer.Ordinal).ToArray() is { Length: > 0 } sources
            ? $"""<p class="note">Sources: {string.Join("; ", sources)}.</p>"""
            : (HtmlText)$"";

    private static HtmlText Section(Chart chart) => $"""
        <section>
        <h2>{chart.Title}</h2>
        <p>{chart.Text}</p>
        {(chart switch { GanttChart gantt => Gantt(gantt), LineChart lines => Lines(lines), _ => throw new InvalidOperationException(chart.GetType().Name) })}
        </section>
        """;

    private static HtmlText Gantt(GanttChart chart) => $"""
        <div class="lanes">{HtmlText.Of(chart.Lanes, lane => $"""
        <span>{lane.Name}</span><svg class="lane" viewBox="0 0 {Width} {LaneHeight}" preserveAspectRatio="none" role="img" aria-label="{lane.Name}: {lane.Bars.Count} bars">{HtmlText.Of(lane.Bars, bar => Bar(chart, bar))}</svg>

        """)}</div>
        <p class="note">From 0 to {ExperimentText.Number(chart.Length)} {chart.Unit}.</p>
        """;

    private static HtmlText Bar(GanttChart chart, (double Begin, double End, int Kind) bar) =>
        $"<rect class=\"s{bar.Kind % Colors}\" x=\"{bar.Begin * Width / chart.Length:F2}\" y=\"0\" width=\"{Math.Max(0.3, (bar.End - bar.Begin) * Width / chart.Length):F2}\" height=\"{LaneHeight}\"/>";

    private static HtmlText Lines(LineChart chart)
    {
        var points = chart.Curves.SelectMany(curve => curve.Points).ToArray();
        var (right, top) = (Math.Max(double.Epsilon, points.Max(p => p.X)), Math.Max(double.Epsilon, points.Max(p => p.Y)));
        return $"""
            <svg class="chart" viewBox="0 0 {Width + Margin} {Height + Margin}" role="img" aria-label="{chart.Title}">
            <path class="axis" d="M{Margin} 0V{Height}H{Width + Margin}"/>
            <text x="{Margin - 4}" y="12" text-anchor="end">{ExperimentText.Number(top)}</text><text x="{Margin - 4}" y="{Height}" text-anchor="end">0</text>
            <text x="{Width + Margin}" y="{Height + 16}" text-anchor="end">{ExperimentText.Number(right)}</text>
            {HtmlText.Of(chart.Curves.Index(), c => Curve(c.Item.Points, c.Index, right, top))}</svg>
            <p class="legend">{HtmlText.Of(chart.Curves.Index(), c => $"<span><span class=\"key s{c.Index % Colors}\"></span> {c.Item.Name}</span> ")}
            <span class="note">{chart.YAxis} (up) over {chart.XAxis} (right)</span></p>
            """;
    }

    private static HtmlText Curve(IReadOnlyList<(double X, double Y)> points, int index, double right, double top) =>
        $"<polyline class=\"l{index % Colors}\" points=\"{HtmlText.Of(points, p => $"{Margin + (p.X * Width / right):F1},{Height - (p.Y * Height / top):F1} ")}\"/>\n";
}
