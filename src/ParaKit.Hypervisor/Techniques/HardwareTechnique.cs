using ParaKit.Hypervisor.Domains;
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
        if (run is { NestedVirtualization: true, Vcpus: > 1 })
        {
            throw new DomainBuildException("Guests of guests are for machines with one processor: there is no virtual interrupt controller for them.");
        }

        var machine = new HardwareMachine(MachineRun.MemoryBytes(run), run.Costs, run.Extensions, MachineRun.ProcessorsOf(run));
        using var guest = new MachineRun(Name, run, machine.Machine, machine.Memory, machine);
        machine.Machine.Processor.OffersVirtualization = run.NestedVirtualization;
        var limits = new MonitorLimits(run.MaxInstructions, Umip: false, run.Cancellation);
        var processors = new MonitoredProcessors<HardwareMonitor>(
            machine.Machine, limits, machine.Machine.ActFor, (number, counts) => new HardwareMonitor(machine, limits, number, counts) { AfterExit = afterExit is null ? null : () => afterExit(machine) })
        {
            Observer = run.Observer,
        };
        return guest.Run(processors.Run, () => processors.Instructions) with
        {
            Exits = processors.Exits,
            MonitorCycles = processors.MonitorCycles,
            Emulations = processors.Sum(monitor => monitor.Emulations),
            PageWalks = PageWalkCounts.Of(machine.Machine.Processors),
            HardwareAssist = Snapshot(machine, processors),
        };
    }

    private static SortedDictionary<string, long> Snapshot(HardwareMachine machine, MonitoredProcessors<HardwareMonitor> processors) => new(StringComparer.Ordinal)
    {
        ["control reads"] = machine.Controls.Sum(control => control.Reads),
        ["control writes"] = machine.Controls.Sum(control => control.Writes),
        ["frames written"] = NestedPaging.Count(machine.TakeDirty()),
        ["interrupts injected"] = processors.Monitors.Sum(monitor => monitor.Injections),
        ["events injected again"] = processors.Monitors.Sum(monitor => monitor.Reinjections),
        ["nested tables"] = machine.Nested.Tables,
        ["nested tables given up"] = machine.Nested.Resets,
        ["entries for guests of the guest"] = processors.Monitors[0].Nested.Entries,
        ["exits handed to the guest"] = processors.Monitors[0].Nested.Reflections,
    };
}
