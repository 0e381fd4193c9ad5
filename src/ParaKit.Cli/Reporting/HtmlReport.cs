using System.Text;
using ParaKit.Cli.Figures;
using ParaKit.Cli.Rendering;

namespace ParaKit.Cli.Reporting;

/// <summary>One page that shows a contrast to someone who has never seen ParaKit. It needs nothing but itself: no script, no font, no network.</summary>
internal static class HtmlReport
{
    private static readonly Dictionary<string, string> s_techniques = new(StringComparer.Ordinal)
    {
        ["native"] = "The kernel has the machine to itself: what the others are measured against.",
        ["trap"] = "Trap and emulate: the unmodified kernel runs at privilege level 3. Its privileged instructions fault, and the hypervisor does what they should have done.",
        ["translate"] = "Binary translation: the unmodified kernel's code is never executed; blocks of it are translated while it runs, sensitive instructions into harmless ones.",
        ["paravirt"] = "Paravirtualization: the same source, built so that its sensitive operations are calls of the hypervisor. The interface is Xen's.",
        ["hardware"] = "Hardware assist: the unmodified kernel runs at level 0 of a second mode of the processor, which leaves for the hypervisor where that asked for it.",
    };

    /// <summary>Writes the page as UTF-8.</summary>
    public static void Write(ContrastReport report, Stream output)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        writer.Write(Page(report).ToString());
    }

    private static HtmlText Page(ContrastReport report) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        {PageParts.Head($"{report.Guest}: {report.Runs.Count} techniques contrasted")}
        </head>
        <body>
        <header>
        <h1>{report.Guest}, run by {report.Runs.Count} techniques</h1>
        <p class="lead">A kernel wants to command the whole machine. To run several on one, a hypervisor must take over whatever would disturb the others, and there are different ways to
        get hold of it. Here one kernel ran on the same simulated x86-64 machine by each of them, and everything was counted.</p>
        </header>
        {Contents(report)}
        <main>
        {Subject(report)}
        {Comparison(report)}
        {TimeSection.Of(report)}
        {OperationSection.Of(report)}
        {TimelineSection.Of(report)}
        {ShapeSection.Of(report)}
        {Metrics(report)}
        {SourceSection.Of(report)}
        </main>
        <footer>
        <p><b>Counted</b> figures are exact and equal on every machine. <b>Modelled</b> figures are cycles of the cost profile "{report.Request.Costs.Name}". <b>Measured</b> ones are of one
        machine and one moment, while the run was being recorded. ParaKit {PageParts.Version()}.</p>
        </footer>
        </body>
        </html>

        """;

    private static HtmlText Contents(ContrastReport report)
    {
        (string Id, string Title, bool Exists)[] sections =
        [
            ("comparison", "At a glance", true),
            ("time", "Where time goes", true),
            ("operations", "One operation, side by side", OperationSection.Exists(report)),
            ("timeline", "Exits over time", true),
            ("shapes", "Published figures", ShapeResult.Of(report.Results).Count > 0),
            ("metrics", "All counts", true),
            ("source", "Rewritten source", report.Source is not null),
        ];
        return $"""<nav>{HtmlText.Of(sections.Where(s => s.Exists), s => $"<a href=\"#{s.Id}\">{s.Title}</a> ")}</nav>""";
    }

    private static HtmlText Subject(ContrastReport report) => $"""
        <section>
        <h2>What was run</h2>
        {Verdict(report)}
        <div class="scroll"><table class="text">
        <tr><th>Technique</th><th>What it is</th><th>Image</th><th>Ended</th></tr>
        {HtmlText.Of(report.Results, SubjectRow)}
        </table></div>
        <p>{report.Request.MemoryBytes >> 20:N0} MiB of memory, one processor of {report.Request.Costs.FrequencyHz / 1e9:0.###} GHz, kernel's command line "{report.Request.CommandLine}".</p>
        </section>
        """;

    private static HtmlText SubjectRow(TechniqueRun run) => $"""
        <tr><th>{run.Result.Technique}</th><td>{s_techniques.GetValueOrDefault(run.Result.Technique)}</td>
        <td>{run.Image.Name}<br><code title="{run.Image.Sha256}">SHA-256 {run.Image.Sha256[..12]}…</code></td>
        <td>{(run.Succeeded ? "with code 0" : RunSummary.Line(run))}</td></tr>
        """;

    private static HtmlText Verdict(ContrastReport report)
    {
        var text = string.Join('\n', CheckLines.Describe(report.Results));
        return CheckLines.AreEqual(report.Results) && report.Results.All(run => run.Succeeded)
            ? $"""<p class="verdict good">{text}</p>"""
            : (HtmlText)$"""<pre class="verdict bad">{text}</pre>""";
    }

    private static HtmlText Comparison(ContrastReport report) => $"""
        <section id="comparison">
        <h2>At a glance</h2>
        <p>The questions by which approaches are usually compared. The numbers in the answers are counts of these runs.</p>
        {Table(report, "", ComparisonTable.Of(report.Results), "text")}
        </section>
        """;

    private static HtmlText Metrics(ContrastReport report) => $"""
        <section id="metrics">
        <h2>All counts</h2>
        {Table(report, "Metric", ContrastMetrics.Of(report.Results), "numbers")}
        {Benchmarks(report)}
        </section>
        """;

    private static HtmlText Benchmarks(ContrastReport report) => BenchmarkMetrics.Of(report.Results) is { Count: > 0 } rows
        ? $"""<h3>Cycles per operation, as the guest measured them</h3>{Table(report, "Operation", rows, "numbers")}"""
        : (HtmlText)$"";

    private static HtmlText Table(ContrastReport report, string title, IReadOnlyList<MetricRow> rows, string style) => $"""
        <div class="scroll"><table class="{style}">
        <tr><th>{title}</th>{HtmlText.Of(report.Runs, run => $"<th>{run.Technique}</th>")}</tr>
        {HtmlText.Of(rows, row => $"<tr><th class=\"{(row.Name.StartsWith(' ') ? "part" : "")}\">{row.Name.Trim()}</th>{HtmlText.Of(row.Values, value => $"<td>{value}</td>")}</tr>\n")}
        </table></div>
        """;
}
