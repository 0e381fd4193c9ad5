using System.Globalization;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Rendering;

/// <summary>Words for how a run ended.</summary>
internal static class RunSummary
{
    /// <summary>An outcome in words.</summary>
    public static string Of(RunOutcome outcome) => outcome switch
    {
        RunOutcome.ShutDown => "shut down",
        RunOutcome.Crashed => "crashed",
        RunOutcome.Stopped => "stopped",
        _ => "unimplemented",
    };

    /// <summary>One line about a run.</summary>
    public static string Line(TechniqueRun run)
    {
        var result = run.Result;
        var end = result.Outcome == RunOutcome.ShutDown
            ? string.Create(CultureInfo.InvariantCulture, $"shut down with code {result.ExitCode}")
            : Of(result.Outcome);
        var modelled = result.ModelledCycles == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{result.Instructions:N0} instructions, {result.ModelledCycles:N0} cycles (modelled), ");
        return string.Create(CultureInfo.InvariantCulture, $"{run.Image.Name}, {result.Technique}: {end}; {modelled}{result.Wall.TotalSeconds:F3} s (measured)");
    }
}
