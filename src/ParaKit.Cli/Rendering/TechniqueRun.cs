using ParaKit.Cli.Figures;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.Cli.Rendering;

/// <summary>A finished run together with the image that was run.</summary>
internal sealed record TechniqueRun(KernelImage Image, RunResult Result)
{
    /// <summary>What operations cost in the run.</summary>
    public CostProfile Costs { get; init; } = CostProfile.Default;

    /// <summary>Modelled cycles of the operations that the guest measured; empty if it measured none.</summary>
    public IReadOnlyDictionary<string, double> Benchmarks => GuestBenchmarks.Of(Result.Console, Costs.FrequencyHz);

    /// <summary>Exits and calls of the monitor per operation that the guest measured; empty if nobody listened.</summary>
    public IReadOnlyDictionary<string, double> ExitsPerOperation { get; init; } = new Dictionary<string, double>();

    /// <summary>Operations that the host did per second of its time, measured; empty if nobody listened.</summary>
    public IReadOnlyDictionary<string, double> OperationsPerSecond { get; init; } = new Dictionary<string, double>();

    /// <summary>Modelled cycles of the guest itself.</summary>
    public long GuestCycles => (Result.ModelledCycles * Result.Cpus) - Result.MonitorCycles - Result.IdleCycles;

    /// <summary>Call sites in the image that the build rewrote.</summary>
    public long RewrittenCallSites => Image.RewrittenCallSites.Sum(site => (long)site.Count);

    /// <summary>Measured speed in millions of guest instructions per second of wall time; null if no time passed.</summary>
    public double? Mips => Result.Wall > TimeSpan.Zero ? Result.Instructions / Result.Wall.TotalSeconds / 1e6 : null;

    /// <summary>Whether the guest shut itself down with code 0.</summary>
    public bool Succeeded => Result is { Outcome: RunOutcome.ShutDown, ExitCode: 0 };
}
