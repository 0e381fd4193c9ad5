using ParaKit.Building.Showing;
using ParaKit.Cli.Rendering;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Workspaces.PortCosts;

namespace ParaKit.Cli.Reporting;

/// <summary>What the HTML report is made of.</summary>
/// <param name="Guest">Name of the guest.</param>
/// <param name="Request">How it was run, in any of the runs.</param>
/// <param name="Runs">The runs, in the order of the techniques.</param>
/// <param name="Source">What its source says; null if only images were given.</param>
internal sealed record ContrastReport(string Guest, RunRequest Request, IReadOnlyList<RecordedRun> Runs, GuestSource? Source)
{
    /// <summary>The runs without what was recorded.</summary>
    public IReadOnlyList<TechniqueRun> Results { get; } = [.. Runs.Select(run => run.Run)];
}

/// <summary>A run, and what was recorded meanwhile.</summary>
internal sealed record RecordedRun(TechniqueRun Run, RunRecorder Recorder)
{
    /// <summary>Name of the technique.</summary>
    public string Technique => Run.Result.Technique;
}

/// <summary>What the source of a guest says about its port.</summary>
/// <param name="Cost">Lines changed and calls rewritten.</param>
/// <param name="Calls">Each rewritten call with its code.</param>
internal sealed record GuestSource(PortCost Cost, IReadOnlyList<ShownCall> Calls);
