using ParaKit.Cli.Rendering;

namespace ParaKit.Cli.Reporting;

/// <summary>Virtual time of each run, split into guest, hypervisor and waiting.</summary>
internal static class TimeSection
{
    /// <summary>The section.</summary>
    public static HtmlText Of(ContrastReport report)
    {
        var longest = report.Results.Max(Busy);
        return $"""
            <section id="time">
            <h2>Where time goes</h2>
            <p>Cycles in which something was done, modelled. <span class="key guest"></span> in the guest, <span class="key monitor"></span> in the hypervisor. Waiting for timers, which takes
            as long in every technique, is not drawn.</p>
            <div class="bars">{HtmlText.Of(report.Results, run => Row(run, longest))}</div>
            </section>
            """;
    }

    private static HtmlText Row(TechniqueRun run, long longest) => $"""
        <div class="bar-name">{run.Result.Technique}</div>
        <div class="bar" title="{run.GuestCycles:N0} cycles in the guest, {run.Result.MonitorCycles:N0} in the hypervisor, {run.Result.IdleCycles:N0} waiting">
        <span class="guest" style="width:{Percent(run.GuestCycles, longest):F2}%"></span><span class="monitor" style="width:{Percent(run.Result.MonitorCycles, longest):F2}%"></span></div>
        <div class="bar-value">{Busy(run) / 1e6:N1} M{Share(run)}</div>

        """;

    private static HtmlText Share(TechniqueRun run) => run.Result.MonitorCycles == 0
        ? HtmlText.Empty
        : $", {Percent(run.Result.MonitorCycles, Busy(run)):N0} % hypervisor";

    private static long Busy(TechniqueRun run) => run.GuestCycles + run.Result.MonitorCycles;

    private static double Percent(long part, long whole) => whole == 0 ? 0 : 100.0 * part / whole;
}
