namespace ParaKit.Cli.Reporting;

/// <summary>Exits over virtual time, one strip per technique.</summary>
internal static class TimelineSection
{
    private const int Height = 60;
    private const int Colors = 7;

    /// <summary>The section.</summary>
    public static HtmlText Of(ContrastReport report) => $"""
        <section id="timeline">
        <h2>Exits over time</h2>
        <p>How often the guest left for the hypervisor, from its start (left) to its end (right) in virtual time. Each strip has its own scale.
        <code>parakit trace … --output run.json</code> has every single exit, for Perfetto.</p>
        {HtmlText.Of(report.Runs, Strip)}
        </section>
        """;

    private static HtmlText Strip(RecordedRun run)
    {
        var timeline = run.Recorder.Timeline;
        if (timeline.Counts.Count == 0)
        {
            return $"<h3>{run.Technique}</h3><p>No exits.</p>\n";
        }

        (string Reason, int[] Counts)[] series = [.. timeline.Counts.OrderByDescending(c => c.Value.Sum(n => (long)n)).Select(c => (c.Key, c.Value))];
        var peak = Enumerable.Range(0, ExitTimeline.Intervals).Max(i => series.Sum(s => s.Counts[i]));
        var used = (int)Math.Min(ExitTimeline.Intervals, ((ulong)run.Run.Result.ModelledCycles / timeline.Length) + 1);
        var milliseconds = timeline.Length * 1e3 / run.Run.Costs.FrequencyHz;
        return $"""
            <h3>{run.Technique}</h3>
            <svg class="strip" viewBox="0 0 {used} {Height}" preserveAspectRatio="none" role="img" aria-label="Exits of {run.Technique} over time, at most {peak} in an interval">
            {HtmlText.Of(Enumerable.Range(0, used), i => Column(series, i, peak))}</svg>
            <p class="legend">{HtmlText.Of(series.Index(), s => $"<span><span class=\"key s{s.Index % Colors}\"></span> {s.Item.Reason} {s.Item.Counts.Sum(n => (long)n):N0}</span> ")}
            <span class="note">at most {peak:N0} exits in {milliseconds:G3} ms; {used * milliseconds:N0} ms in all</span></p>

            """;
    }

    private static HtmlText Column((string Reason, int[] Counts)[] series, int interval, int peak)
    {
        var column = HtmlText.Empty;
        double top = Height;
        foreach (var (index, (_, counts)) in series.Index())
        {
            if (counts[interval] > 0)
            {
                var height = (double)counts[interval] * Height / peak;
                top -= height;
                column.AppendFormatted((HtmlText)$"<rect class=\"s{index % Colors}\" x=\"{interval}\" y=\"{top:F2}\" width=\"1\" height=\"{height:F2}\"/>");
            }
        }

        return column;
    }
}
