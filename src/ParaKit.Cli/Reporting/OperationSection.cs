using ParaKit.Cli.Figures;
using ParaKit.Image;

namespace ParaKit.Cli.Reporting;

/// <summary>The same operation in every technique side by side: what it cost, what happened, and the code that did it.</summary>
internal static class OperationSection
{
    // Steps of preparation, and those that come up now and then, are not what the operation is.
    private const double Least = 0.5;

    /// <summary>Whether the guest measured any.</summary>
    public static bool Exists(ContrastReport report) => Measured(report).Any();

    /// <summary>The section.</summary>
    public static HtmlText Of(ContrastReport report)
    {
        if (!Exists(report))
        {
            return $"""
                <section id="operations"><h2>One operation, side by side</h2>
                <p>This guest printed no measurements ("BENCH" lines); the sample of ParaKit does with <code>--command-line bench</code>.</p></section>
                """;
        }

        var listings = new OperationListings();
        return $"""
            <section id="operations">
            <h2>One operation, side by side</h2>
            <p>The guest did each of these many times and took the time. Steps are averages per operation; what comes up now and then, such as timers and translating, is left out of them, but not of the cycles, which are modelled.</p>
            {HtmlText.Of(Measured(report), operation => Operation(report, operation, listings))}
            </section>
            """;
    }

    private static IEnumerable<ReportedOperation> Measured(ContrastReport report) =>
        ReportedOperation.All.Where(o => report.Results.Any(run => run.Benchmarks.ContainsKey(o.Benchmark)));

    private static HtmlText Operation(ContrastReport report, ReportedOperation operation, OperationListings listings)
    {
        var most = report.Results.Max(run => run.Benchmarks.GetValueOrDefault(operation.Benchmark));
        return $"""
            <h3>{operation.Title}</h3>
            <p>{operation.Meaning}</p>
            <div class="cards">{HtmlText.Of(report.Runs, run => Card(run, operation, most, listings))}</div>

            """;
    }

    private static HtmlText Card(RecordedRun run, ReportedOperation operation, double most, OperationListings listings)
    {
        if (!run.Run.Benchmarks.TryGetValue(operation.Benchmark, out var cycles))
        {
            return $"<article><h4>{run.Technique}</h4><p>Not measured.</p></article>\n";
        }

        return $"""
            <article><h4>{run.Technique}</h4>
            <p class="cycles"><b>{cycles:N0}</b> cycles</p>
            <div class="bar"><span class="total" style="width:{(most > 0 ? 100 * cycles / most : 0):F2}%"></span></div>
            {Steps(run, operation)}
            {Silent(run, operation)}
            {HtmlText.Of(listings.Of(run.Run, operation), l => $"<details><summary>{l.Title}</summary><pre>{l.Text}</pre></details>\n")}
            </article>

            """;
    }

    private static HtmlText Steps(RecordedRun run, ReportedOperation operation)
    {
        var count = GuestBenchmarks.CountOf(run.Run.Result.Console, operation.Benchmark);
        if (count == 0 || !run.Recorder.Operations.TryGetValue(operation.Benchmark, out var steps))
        {
            return $"";
        }

        var shown = steps.Of(Least * count);
        return shown.Count == 0
            ? $"<p class=\"steps\">The kernel does it alone.</p>"
            : (HtmlText)$"<ol class=\"steps\">{HtmlText.Of(shown, s => $"<li>{Describe(s, run.Run.Image, count)}</li>\n")}</ol>";
    }

    private static HtmlText Describe(Step step, KernelImage image, ulong count)
    {
        var (times, cycles) = ((double)step.Count / count, (double)step.Cycles / step.Count);
        return step.Kind switch
        {
            StepKind.Exit => $"<b>{times:0.##} ×</b> exit <em>{step.Name}</em>, {cycles:N0} cycles <span class=\"note\">{image.Describe(step.Address)}</span>",
            StepKind.CallOut => $"<b>{times:0.##} ×</b> call of the monitor <em>{step.Name}</em>, {cycles:N0} cycles <span class=\"note\">{image.Describe(step.Address)}</span>",
            StepKind.Hypercall => $"<b>{times:0.##} ×</b> hypercall <em>{step.Name}</em>",
            _ => $"<b>{times:0.##} ×</b> kernel entered for <em>{step.Name}</em> <span class=\"note\">{image.Describe(step.Address)}</span>",
        };
    }

    private static HtmlText Silent(RecordedRun run, ReportedOperation operation)
    {
        var failures = run.Run.Result.SilentFailures.Where(f => operation.Functions.Any(name => f.Location.Contains(name, StringComparison.Ordinal)));
        return HtmlText.Of(failures, f => $"<p class=\"warning\">Went wrong silently {f.Count:N0} times: expected {f.Expected}, was {f.Actual}.</p>\n");
    }
}
