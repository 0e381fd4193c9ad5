using ParaKit.Hypervisor.HardwareAssist;
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
        var machine = new HardwareMachine(MachineRun.MemoryBytes(run), run.Costs, run.Extensions);
        using var guest = new MachineRun(Name, run, machine.Machine, machine.Memory, machine);
        var processor = machine.Machine.Processor;
        processor.OffersVirtualization = run.NestedVirtualization;
        var monitor = new HardwareMonitor(machine, new MonitorLimits(run.MaxInstructions, Umip: false, run.Cancellation))
        {
            AfterExit = afterExit is null ? null : () => afterExit(machine),
        };
        monitor.Exits.Observer = run.Observer;
        return guest.Run(monitor.Run, () => processor.Counters.Instructions) with
        {
            Exits = monitor.Exits.Snapshot(),
            MonitorCycles = (long)monitor.Exits.Cycles,
            Emulations = monitor.Emulations.Snapshot(),
            PageWalks = PageWalkCounts.Of(processor.Counters),
            HardwareAssist = Snapshot(machine, monitor),
        };
    }

    private static SortedDictionary<string, long> Snapshot(HardwareMachine machine, HardwareMonitor monitor) => new(StringComparer.Ordinal)
    {
        ["control reads"] = machine.Control.Reads,
        ["control writes"] = machine.Control.Writes,
        ["frames written"] = NestedPaging.Count(machine.TakeDirty()),
        ["interrupts injected"] = monitor.Injections,
        ["events injected again"] = monitor.Reinjections,
        ["nested tables"] = machine.Nested.Tables,
        ["nested tables given up"] = machine.Nested.Resets,
        ["entries for guests of the guest"] = monitor.Nested.Entries,
        ["exits handed to the guest"] = monitor.Nested.Reflections,
    };
}
