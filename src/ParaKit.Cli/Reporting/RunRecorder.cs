using System.Diagnostics;
using System.Text;
using ParaKit.Cli.Figures;
using ParaKit.Hypervisor.Diagnostics;

namespace ParaKit.Cli.Reporting;

/// <summary>
/// Records a run for the report: exits over time, and what happened inside each measured operation. A guest prints a "BENCH" line after each, so the
/// operation is what lies between the end of the line before and the first letter of that line; what it does besides, to prepare, counts too.
/// </summary>
internal sealed class RunRecorder : IRunObserver
{
    private const int MaximumLine = 200;

    private readonly Dictionary<string, OperationSteps> _operations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _times = new(StringComparer.Ordinal);
    private readonly StringBuilder _line = new();
    private long _lineEnd = Stopwatch.GetTimestamp();
    private TimeSpan _timeBeforeLine;
    private OperationSteps _current = new();
    private OperationSteps _beforeLine = new();

    /// <summary>Exits over virtual time.</summary>
    public ExitTimeline Timeline { get; } = new();

    /// <summary>Steps by the name of the operation.</summary>
    public IReadOnlyDictionary<string, OperationSteps> Operations => _operations;

    /// <summary>Exits and calls of the monitor in one of each operation, by its name.</summary>
    /// <param name="console">What the guest printed: how often it did each.</param>
    public IReadOnlyDictionary<string, double> ExitsPerOperation(string console) => _operations
        .Select(operation => (operation.Key, operation.Value.Exits, Count: GuestBenchmarks.CountOf(console, operation.Key)))
        .Where(operation => operation.Count != 0)
        .ToDictionary(operation => operation.Key, operation => (double)operation.Exits / operation.Count, StringComparer.Ordinal);

    /// <summary>How many of each operation the host did in a second of its own time, by name: measured, with what the recording takes.</summary>
    /// <param name="console">What the guest printed: how often it did each.</param>
    public IReadOnlyDictionary<string, double> OperationsPerSecond(string console) => _times
        .Select(time => (time.Key, Count: GuestBenchmarks.CountOf(console, time.Key), time.Value.TotalSeconds))
        .Where(time => time is { Count: not 0, TotalSeconds: > 0 })
        .ToDictionary(time => time.Key, time => time.Count / time.TotalSeconds, StringComparer.Ordinal);

    /// <summary>Hears what the guest prints.</summary>
    public void OnConsole(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            OnByte(value);
        }
    }

    /// <inheritdoc/>
    public void OnExit(in ExitSlice slice)
    {
        var kind = slice.Kind == ExitKind.Exit ? StepKind.Exit : StepKind.CallOut;
        _current.Add(kind, slice.Reason, slice.Rip, slice.IsUser, slice.Start, slice.End - slice.Start);
        if (kind == StepKind.Exit)
        {
            Timeline.Add(slice.Reason, slice.Start);
        }
    }

    /// <inheritdoc/>
    public void OnHypercall(string name, ulong time) => _current.Add(StepKind.Hypercall, name, address: 0, isProgram: false, time, cycles: 0);

    /// <inheritdoc/>
    public void OnDelivery(in Delivery delivery) => _current.Add(StepKind.Delivery, delivery.Name, delivery.Handler, isProgram: false, delivery.Time, cycles: 0);

    private void OnByte(byte value)
    {
        if (_line.Length == 0)
        {
            (_beforeLine, _current) = (_current, new OperationSteps());
            _timeBeforeLine = Stopwatch.GetElapsedTime(_lineEnd);
        }

        if (value != '\n')
        {
            if (_line.Length < MaximumLine)
            {
                _line.Append((char)value);
            }

            return;
        }

        if (GuestBenchmarks.NameIn(_line.ToString()) is { } name)
        {
            _operations[name] = _beforeLine;
            _times[name] = _timeBeforeLine;
        }

        _line.Clear();
        _current = new OperationSteps();
        _lineEnd = Stopwatch.GetTimestamp();
    }
}
