using System.Globalization;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Rendering;

/// <summary>The rows of the contrast.</summary>
internal static class ContrastMetrics
{
    private const string Part = "  ";

    // Shown even if no run has one: that there are none is what paravirtualization is about.
    private const string PrivilegedInstructions = "GeneralProtection";

    private static readonly Dictionary<string, string> s_exitNotes = new(StringComparer.Ordinal)
    {
        [PrivilegedInstructions] = " (privileged instructions)",
    };

    /// <summary>All rows, in the order of reading.</summary>
    public static IReadOnlyList<MetricRow> Of(IReadOnlyList<TechniqueRun> runs) =>
    [
        MetricRow.Of("Guest instructions", MetricRow.Counted, runs.Select(run => run.Result.Instructions)),
        .. Sum("Exits to the hypervisor", runs, result => result.Exits, [PrivilegedInstructions]),
        .. Sum("Hypercalls", runs, result => result.Hypercalls, []),
        .. IfAny(runs, result => result.Emulations, () => Sum("Instructions emulated", runs, result => result.Emulations, [])),
        .. IfAny(runs, result => result.Shadow, () => Parts("Shadow page tables", runs, result => result.Shadow)),
        .. IfAny(runs, result => result.Translation, () => Translation(runs)),
        .. IfAny(runs, result => result.CallOuts, () => Sum("Call-outs of translations", runs, result => result.CallOuts, [])),
        .. IfAny(runs, result => result.PageWalks, () => Parts("Page walks of the hardware", runs, result => result.PageWalks)),
        .. IfAny(runs, result => result.HardwareAssist, () => Parts("Hardware assist", runs, result => result.HardwareAssist)),
        .. IfAny(runs, result => result.Devices, () => Parts("Devices", runs, result => result.Devices)),
        MetricRow.Of("Sites that fail silently", MetricRow.Counted, runs.Select(run => (long)run.Result.SilentFailures.Count)),
        MetricRow.Of("Call sites rewritten", MetricRow.Counted, runs.Select(run => run.RewrittenCallSites)),
        MetricRow.Of("Cycles", MetricRow.Modelled, runs.Select(run => run.Result.ModelledCycles)),
        MetricRow.Of(Part + "in the guest", MetricRow.Modelled, runs.Select(run => run.GuestCycles)),
        MetricRow.Of(Part + "in the hypervisor", MetricRow.Modelled, runs.Select(run => run.Result.MonitorCycles)),
        MetricRow.Of(Part + "waiting", MetricRow.Modelled, runs.Select(run => run.Result.IdleCycles)),
        new("Wall time", MetricRow.Measured, [.. runs.Select(run => Seconds(run.Result.Wall))]),
        new("MIPS", MetricRow.Measured, [.. runs.Select(run => Decimal(run.Mips))]),
        new("Exit code", "", [.. runs.Select(run => ExitCode(run.Result))]),
    ];

    private static IEnumerable<MetricRow> IfAny(
        IReadOnlyList<TechniqueRun> runs, Func<RunResult, IReadOnlyDictionary<string, long>> counts, Func<IEnumerable<MetricRow>> rows) =>
        runs.Any(run => counts(run.Result).Count > 0) ? rows() : [];

    private static IEnumerable<MetricRow> Sum(
        string name, IReadOnlyList<TechniqueRun> runs, Func<RunResult, IReadOnlyDictionary<string, long>> counts, string[] always)
    {
        yield return MetricRow.Of(name, MetricRow.Counted, runs.Select(run => counts(run.Result).Values.Sum()));
        foreach (var row in PartRows(runs, counts, always))
        {
            yield return row;
        }
    }

    /// <summary>Counts of different things, which have no sum.</summary>
    private static IEnumerable<MetricRow> Parts(
        string name, IReadOnlyList<TechniqueRun> runs, Func<RunResult, IReadOnlyDictionary<string, long>> counts) =>
        [new(name, "", [.. runs.Select(_ => "")]), .. PartRows(runs, counts, [])];

    private static IEnumerable<MetricRow> PartRows(
        IReadOnlyList<TechniqueRun> runs, Func<RunResult, IReadOnlyDictionary<string, long>> counts, string[] always) =>
        runs.SelectMany(run => counts(run.Result).Keys).Union(always).Order(StringComparer.Ordinal).Select(key => MetricRow.Of(
            Part + key + s_exitNotes.GetValueOrDefault(key, ""),
            MetricRow.Counted,
            runs.Select(run => counts(run.Result).GetValueOrDefault(key))));

    private static IEnumerable<MetricRow> Translation(IReadOnlyList<TechniqueRun> runs) =>
    [
        .. Parts("Binary translation", runs, result => result.Translation),
        new(Part + "bytes of code per byte of guest", MetricRow.Counted, [.. runs.Select(run => Decimal(Expansion(run.Result.Translation)))]),
    ];

    private static double? Expansion(IReadOnlyDictionary<string, long> counts) =>
        counts.TryGetValue("guest bytes", out var guest) && guest > 0 ? (double)counts["code bytes"] / guest : null;

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture) + " s";

    private static string Decimal(double? value) => value?.ToString("N1", CultureInfo.InvariantCulture) ?? "-";

    private static string ExitCode(RunResult result) => result.Outcome == RunOutcome.ShutDown
        ? result.ExitCode.ToString(CultureInfo.InvariantCulture)
        : RunSummary.Of(result.Outcome);
}
