using System.Diagnostics;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.HardwareAssist;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Monitors;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>
/// Hardware assist: the unmodified kernel runs at privilege level 0 of a processor in non-root mode, on nested page tables; devices, CPUID, HLT and
/// memory that it touches for the first time make it exit. Intel VT-x and AMD-V, modelled.
/// </summary>
public sealed class HardwareTechnique : ITechnique
{
    /// <inheritdoc/>
    public string Name => "hardware";

    /// <inheritdoc/>
    public RunResult Run(RunRequest run) => Run(run, afterExit: null);

    /// <summary>Runs a guest; <paramref name="afterExit"/> sees the machine after each exit.</summary>
    internal RunResult Run(RunRequest run, Action<HardwareMachine>? afterExit)
    {
        ArgumentNullException.ThrowIfNull(run);
        var console = new ConsoleCapture(run.Console);
        var machine = new HardwareMachine(run.MemoryBytes - (run.MemoryBytes % PageTableEntries.FrameBytes), run.Costs);
        using var hold = new MachineHold(machine);
        machine.Machine.Console.Output = console.Write;
        var processor = machine.Machine.Processor;
        NativeLoader.Load(processor, machine.Memory, run.Image, run.CommandLine);
        var monitor = new HardwareMonitor(machine, new MonitorLimits(run.MaxInstructions, Umip: false, run.Cancellation))
        {
            AfterExit = afterExit is null ? null : () => afterExit(machine),
        };

        var watch = Stopwatch.StartNew();
        var exit = monitor.Run(out var wasCancelled);
        watch.Stop();

        var (outcome, reason) = exit is { } end
            ? MachineEnd.Judge(end, processor)
            : (RunOutcome.Stopped, wasCancelled ? MachineEnd.Cancelled : MachineEnd.LimitReached);
        return new RunResult
        {
            Technique = Name,
            Outcome = outcome,
            ExitCode = outcome == RunOutcome.ShutDown ? (int)exit.GetValueOrDefault().ExitCode : RunResult.NoExitCode,
            Reason = reason is null ? null : MachineEnd.Describe(processor, run.Image, reason),
            Console = console.ToString(),
            Instructions = processor.Counters.Instructions,
            Exits = monitor.Exits.Snapshot(),
            Hypercalls = new Counters().Snapshot(),
            Emulations = monitor.Emulations.Snapshot(),
            PageWalks = PageWalkCounts.Of(processor.Counters),
            HardwareAssist = Snapshot(machine, monitor),
            ModelledCycles = (long)machine.Machine.Clock.Cycles,
            State = run.KeepState ? new GuestState(hold.Release(), ref processor.State, GuestState.Supervisor(processor)) : null,
            Wall = watch.Elapsed,
        };
    }

    private static SortedDictionary<string, long> Snapshot(HardwareMachine machine, HardwareMonitor monitor) => new(StringComparer.Ordinal)
    {
        ["control reads"] = machine.Control.Reads,
        ["control writes"] = machine.Control.Writes,
        ["frames written"] = NestedPaging.Count(machine.Nested.TakeDirty()),
        ["interrupts injected"] = monitor.Injections,
        ["events injected again"] = monitor.Reinjections,
        ["nested tables given up"] = machine.Nested.Resets,
    };
}
