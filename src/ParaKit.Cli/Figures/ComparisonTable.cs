using System.Globalization;
using ParaKit.Cli.Rendering;

namespace ParaKit.Cli.Figures;

/// <summary>
/// The questions by which approaches to virtualization are usually compared, answered with what was counted in the runs. Whatever a row says has its number from the
/// results; the words only name it.
/// </summary>
internal static class ComparisonTable
{
    private static readonly (string Question, Func<TechniqueRun, string> Answer)[] s_rows =
    [
        ("Kernel's code modified", Modified),
        ("Kernel knows that it is a guest", Awareness),
        ("Kernel runs at", PrivilegeLevel),
        ("Privileged operations", Privileged),
        ("Instructions that fail silently", Silent),
        ("Control reaches the hypervisor", Control),
        ("Page tables", PageTables),
        ("Devices", Devices),
        ("Interrupts", Interrupts),
    ];

    /// <summary>One row per question, one answer per run.</summary>
    public static IReadOnlyList<MetricRow> Of(IReadOnlyList<TechniqueRun> runs) =>
        [.. s_rows.Select(row => new MetricRow(row.Question, MetricRow.Counted, [.. runs.Select(row.Answer)]))];

    private static string Modified(TechniqueRun run) => run.RewrittenCallSites > 0
        ? $"at build: {Number(run.RewrittenCallSites)} calls rewritten"
        : Of(run.Result.Translation, "units") is > 0 and var units ? $"no; {Number(units)} blocks translated as they run" : "no";

    private static string Awareness(TechniqueRun run)
    {
        var (calls, silent) = (run.Result.Hypercalls.Count, run.Result.SilentFailures.Count);
        return calls > 0
            ? $"yes: {Plural(calls, "kind", "kinds", none: "")} of hypercall"
            : silent > 0 ? $"no, but {Plural(silent, "site", "sites", none: "")} could tell" : "no";
    }

    private static string PrivilegeLevel(TechniqueRun run) => run.Result.Technique switch
    {
        "native" => "level 0",
        "hardware" => "level 0, non-root mode",
        _ => "level 3",
    };

    private static string Privileged(TechniqueRun run)
    {
        var result = run.Result;
        return result.Technique switch
        {
            "native" => "executed",
            "paravirt" => $"{Number(result.Hypercalls.Values.Sum())} hypercalls",
            "translate" => $"{Number(result.CallOuts.Values.Sum())} call-outs of translated code",
            _ => $"{Number(result.Emulations.Values.Sum())} emulated",
        };
    }

    private static string Silent(TechniqueRun run) => Plural(run.Result.SilentFailures.Count, "site", "sites", none: "none");

    private static string Control(TechniqueRun run)
    {
        var exits = run.Result.Exits.Values.Sum();
        var calls = Of(run.Result.Exits, "Hypercall");
        return exits == 0 ? "never" : calls > 0
            ? $"{Number(calls)} explicit calls, {Number(exits - calls)} traps"
            : $"{Number(exits)} exits, none asked for";
    }

    private static string PageTables(TechniqueRun run)
    {
        var result = run.Result;
        if (result.Shadow.Count > 0)
        {
            return $"shadow: {Number(Of(result.Shadow, "hidden faults"))} hidden faults, {Number(Of(result.Shadow, "traced writes"))} traced writes";
        }

        var updates = Of(result.Hypercalls, "mmu_update") + Of(result.Hypercalls, "update_va_mapping") + Of(result.Hypercalls, "mmuext_op");
        return result.HardwareAssist.Count > 0
            ? $"nested: {Number(Of(result.Exits, "NestedViolation"))} violations, up to {Number(Of(result.PageWalks, "references of the longest"))} references a walk"
            : updates > 0 ? $"direct: {Number(updates)} hypercalls" : "the kernel's own";
    }

    private static string Devices(TechniqueRun run)
    {
        var result = run.Result;
        var ports = Of(result.Emulations, "in") + Of(result.Emulations, "out");
        var calls = Of(result.Hypercalls, "console_io") + Of(result.Hypercalls, "vcpu_op");
        return ports > 0 ? $"modelled: {Number(ports)} port accesses" : calls > 0 ? $"paravirtual: {Number(calls)} hypercalls" : "the machine's";
    }

    private static string Interrupts(TechniqueRun run)
    {
        var result = run.Result;
        return result.Technique switch
        {
            "paravirt" => $"events; {Number(Of(result.Exits, "Timer"))} timer exits, masked in shared memory",
            "hardware" => $"{Number(Of(result.HardwareAssist, "interrupts injected"))} injected, {Number(Of(result.Exits, "InterruptWindow"))} interrupt windows",
            "native" => "the machine's",
            _ => $"{Number(Of(result.Exits, "Interrupt"))} delivered to a virtual processor",
        };
    }

    private static long Of(IReadOnlyDictionary<string, long> counts, string key) => counts.GetValueOrDefault(key);

    private static string Plural(long count, string one, string many, string none) =>
        count == 0 ? none : $"{Number(count)} {(count == 1 ? one : many)}";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
