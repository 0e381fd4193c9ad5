using ParaKit.Hardware;
using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Monitors;

namespace ParaKit.Hypervisor.HardwareAssist;

/// <summary>The processors of one guest, each with a monitor, in turns: the one whose time is least goes on (<see cref="Machine.NextProcessor"/>).</summary>
internal sealed class HardwareProcessors
{
    private readonly Machine _guest;
    private readonly MonitorLimits _limits;
    private readonly Counters _counts = new();
    private readonly Processor[] _processors;
    private long _vainTurns;

    /// <summary>Makes a monitor for each processor of a machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="limits">When to stop, all together.</param>
    /// <param name="afterExit">Hears of every exit after it was handled; null for nobody.</param>
    public HardwareProcessors(HardwareMachine machine, MonitorLimits limits, Action? afterExit)
    {
        (_guest, _limits, _processors) = (machine.Machine, limits, [.. machine.Machine.Processors]);
        Monitors = [.. Enumerable.Range(0, _guest.ProcessorCount).Select(number => new HardwareMonitor(machine, limits, number, _counts) { AfterExit = afterExit })];
    }

    /// <summary>The monitors, by number of their processors.</summary>
    public IReadOnlyList<HardwareMonitor> Monitors { get; }

    /// <summary>Exits of all by reason.</summary>
    public IReadOnlyDictionary<string, long> Exits => _counts.Snapshot();

    /// <summary>Cycles in the monitors.</summary>
    public long MonitorCycles => Monitors.Sum(monitor => (long)monitor.Exits.Cycles);

    /// <summary>Instructions that all retired.</summary>
    public long Instructions => _processors.Sum(processor => processor.Counters.Instructions);

    /// <summary>Runs the guest until something ends it.</summary>
    /// <returns>How the guest's machine stopped, or null if the limits did (<paramref name="wasCancelled"/> says which).</returns>
    public ProcessorExit? Run(out bool wasCancelled)
    {
        if (Monitors.Count == 1)
        {
            return Monitors[0].Run(out wasCancelled);
        }

        while (true)
        {
            wasCancelled = _limits.Cancellation.IsCancellationRequested;
            if (wasCancelled || (_limits.MaxInstructions != 0 && Instructions + _vainTurns + Monitors.Sum(monitor => monitor.ExitCount) >= _limits.MaxInstructions))
            {
                return null;
            }

            if (RunTurn() is { } end)
            {
                return end;
            }
        }
    }

    private ProcessorExit? RunTurn()
    {
        var next = _guest.NextProcessor(out var until);
        if (next < 0)
        {
            _guest.ActFor(0);
            return new ProcessorExit(ExitReason.Halt);
        }

        _guest.ActFor(next);
        if (!_guest.TryResume())
        {
            _vainTurns++;
            return null;
        }

        Monitors[next].Until = until;
        return Monitors[next].Run(out _) ?? (_guest.Settle() is { } problem ? new ProcessorExit(ExitReason.Unimplemented) { Message = problem } : null);
    }
}
