using System.Globalization;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Monitors;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>
/// Trap and emulate: the unmodified kernel runs at privilege level 3 and the monitor emulates what traps. Sensitive instructions that do
/// not trap go wrong silently, and the result lists them. Popek and Goldberg (1974); Robin and Irvine (2000).
/// </summary>
public sealed class TrapTechnique : ITechnique
{
    /// <inheritdoc/>
    public string Name => "trap";

    /// <inheritdoc/>
    public RunResult Run(RunRequest run) => Run(run, afterExit: null);

    /// <summary>Runs a guest; <paramref name="afterExit"/> sees the machine after each exit.</summary>
    internal RunResult Run(RunRequest run, Action<DeprivilegedMachine>? afterExit)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run is { PatchSilent: true, Vcpus: > 1 })
        {
            throw new DomainBuildException("--patch-silent is for machines with one processor: a kernel that starts others copies code, and would copy the breakpoints.");
        }

        var sites = run.PatchSilent ? SilentSites.Of(run.Image) : [];
        var machine = new DeprivilegedMachine(
            MachineRun.MemoryBytes(run), run.Costs, new MonitorNeeds { ExtraFrames = PatchedCode.FramesFor(sites), Observed = SensitiveProbe.Observed }, run.Extensions, MachineRun.ProcessorsOf(run));
        using var guest = new MachineRun(Name, run, machine.Virtual, machine.Memory, machine);
        using var probe = new SensitiveProbe(machine.Virtual.Processor, run.Image);
        var patches = sites.Count == 0 ? null : new PatchedCode(machine.Virtual.Memory, machine.Memory, machine.Shadow, machine.Pool, sites);
        var limits = new MonitorLimits(run.MaxInstructions, run.Umip, run.Cancellation);
        var processors = new MonitoredProcessors<TrapMonitor>(machine.Virtual, limits, machine.ActFor, (_, counts) => new TrapMonitor(machine, probe, limits, counts)
        {
            Patches = patches,
            AfterExit = afterExit is null ? null : () => afterExit(machine),
        })
        {
            Observer = run.Observer,
        };
        return guest.Run(processors.Run, () => processors.Instructions, () => Explain(probe.Failures.Count)) with
        {
            Exits = processors.Exits,
            MonitorCycles = processors.MonitorCycles,
            Emulations = processors.Sum(monitor => monitor.Emulations),
            Shadow = machine.Shadow.Counters.Snapshot(),
            SilentFailures = [.. probe.Failures],
        };
    }

    /// <summary>A kernel that did not survive its silent failures is the lesson of this technique.</summary>
    private static string Explain(int failures) => failures == 0
        ? ""
        : string.Create(
            CultureInfo.InvariantCulture,
            $" Before that, {failures} sensitive instructions had gone wrong without a trap; with those patched (--patch-silent) the kernel may survive.");
}
