using ParaKit.Hardware;
using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Diagnostics;

namespace ParaKit.Hypervisor.Monitors;

/// <summary>The processors of one guest, each with a monitor, in turns: the one whose time is least goes on (<see cref="Machine.NextProcessor"/>).</summary>
/// <typeparam name="TMonitor">What the monitors are.</typeparam>
internal sealed class MonitoredProcessors<TMonitor>
    where TMonitor : IProcessorMonitor
{
    private readonly Machine _guest;
    private readonly MonitorLimits _limits;
    private readonly Action<int> _actFor;
    private readonly Counters _counts = new();
    private long _vainTurns;

    /// <summary>Makes a monitor for each processor of a machine.</summary>
    /// <param name="guest">The guest's machine.</param>
    /// <param name="limits">When to stop, all together.</param>
    /// <param name="actFor">Says of which processor all speaks from now on.</param>
    /// <param name="make">Makes the monitor of a processor, which counts exits where it is told.</param>
    public MonitoredProcessors(Machine guest, MonitorLimits limits, Action<int> actFor, Func<int, Counters, TMonitor> make)
    {
        (_guest, _limits, _actFor) = (guest, limits, actFor);
        Monitors = [.. Enumerable.Range(0, guest.ProcessorCount).Select(number =>
        {
            actFor(number);
            return make(number, _counts);
        })];
        actFor(0);
    }

    /// <summary>The monitors, by number of their processors.</summary>
    public IReadOnlyList<TMonitor> Monitors { get; }

    /// <summary>Exits of all by reason.</summary>
    public IReadOnlyDictionary<string, long> Exits => _counts.Snapshot();

    /// <summary>Hears of the exits of all.</summary>
    public IRunObserver? Observer
    {
        set
        {
            foreach (var monitor in Monitors)
            {
                monitor.Exits.Observer = value;
            }
        }
    }

    /// <summary>Cycles in the monitors.</summary>
    public long MonitorCycles => Monitors.Sum(monitor => (long)monitor.Exits.Cycles);

    /// <summary>Instructions that the guest retired on all.</summary>
    public long Instructions => Monitors.Sum(monitor => monitor.Instructions);

    /// <summary>Sums of what each monitor has counted.</summary>
    public SortedDictionary<string, long> Sum(Func<TMonitor, Counters> counters)
    {
        var sums = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, count) in Monitors.SelectMany(monitor => counters(monitor).Snapshot()))
        {
            sums[name] = sums.GetValueOrDefault(name) + count;
        }

        return sums;
    }

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
            if (wasCancelled || (_limits.MaxInstructions != 0 && _vainTurns + Monitors.Sum(monitor => monitor.Instructions + monitor.Interventions) >= _limits.MaxInstructions))
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
            _actFor(0);
            return new ProcessorExit(ExitReason.Halt);
        }

        _actFor(next);
        if (!_guest.TryResume())
        {
            _vainTurns++;
            return null;
        }

        Monitors[next].Until = until;
        return Monitors[next].Run(out _) ?? (_guest.Settle() is { } problem ? new ProcessorExit(ExitReason.Unimplemented) { Message = problem } : null);
    }
}
