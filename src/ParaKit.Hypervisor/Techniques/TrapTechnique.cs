using System.Diagnostics;
using System.Globalization;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Memory;
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
        var console = new ConsoleCapture(run.Console);
        var sites = run.PatchSilent ? SilentSites.Of(run.Image) : [];
        var machine = new DeprivilegedMachine(
            run.MemoryBytes - (run.MemoryBytes % PageTableEntries.FrameBytes), run.Costs, PatchedCode.FramesFor(sites), observed: SensitiveProbe.Observed);
        using var hold = new MachineHold(machine);
        machine.Virtual.Console.Output = console.Write;
        NativeLoader.Load(machine.Virtual.Processor, machine.Memory, run.Image, run.CommandLine);
        using var probe = new SensitiveProbe(machine.Virtual.Processor, run.Image);
        var limits = new MonitorLimits(run.MaxInstructions, run.Umip, run.Cancellation);
        var monitor = new TrapMonitor(machine, probe, limits)
        {
            Patches = sites.Count == 0
                ? null
                : new PatchedCode(machine.Virtual.Memory, machine.Memory, machine.Shadow, machine.Pool, sites),
            AfterExit = afterExit is null ? null : () => afterExit(machine),
        };

        var watch = Stopwatch.StartNew();
        var exit = monitor.Run(out var wasCancelled);
        watch.Stop();

        var processor = machine.Virtual.Processor;
        var (outcome, reason) = exit is { } end
            ? MachineEnd.Judge(end, processor)
            : (RunOutcome.Stopped, wasCancelled ? MachineEnd.Cancelled : MachineEnd.LimitReached);
        return new RunResult
        {
            Technique = Name,
            Outcome = outcome,
            ExitCode = outcome == RunOutcome.ShutDown ? (int)exit.GetValueOrDefault().ExitCode : RunResult.NoExitCode,
            Reason = reason is null ? null : MachineEnd.Describe(processor, run.Image, reason + Explain(probe.Failures.Count)),
            Console = console.ToString(),
            Instructions = monitor.Instructions,
            Exits = monitor.Exits.Snapshot(),
            Hypercalls = new Counters().Snapshot(),
            Emulations = monitor.Emulations.Snapshot(),
            Shadow = machine.Shadow.Counters.Snapshot(),
            SilentFailures = [.. probe.Failures],
            ModelledCycles = (long)machine.Virtual.Clock.Cycles,
            State = run.KeepState ? new GuestState(hold.Release(), ref processor.State, GuestState.Supervisor(processor)) : null,
            Wall = watch.Elapsed,
        };
    }

    /// <summary>A kernel that did not survive its silent failures is the lesson of this technique.</summary>
    private static string Explain(int failures) => failures == 0
        ? ""
        : string.Create(
            CultureInfo.InvariantCulture,
            $" Before that, {failures} sensitive instructions had gone wrong without a trap; with those patched (--patch-silent) the kernel may survive.");
}
