using ParaKit.Hardware.Time;

namespace ParaKit.Hypervisor.Diagnostics;

/// <summary>Counts why a guest leaves for its hypervisor, adds up the time that it is away, and tells an observer.</summary>
/// <param name="clock">Time of the processor that it runs on.</param>
/// <param name="counts">Where to count; null for counts of its own.</param>
internal sealed class ExitLog(VirtualClock clock, Counters? counts = null)
{
    private readonly Counters _counts = counts ?? new();
    private VirtualClock _clock = clock;
    private bool _isOpen;
    private string? _reason;
    private ExitKind _kind;
    private ulong _rip;
    private bool _isUser;
    private ulong _start;
    private bool _isPaused;
    private ulong _countedTo;
    private ulong _idleCountedTo;

    /// <summary>Hears of each exit.</summary>
    public IRunObserver? Observer { get; set; }

    /// <summary>Cycles between exits and entries, without those of waiting.</summary>
    public ulong Cycles { get; private set; }

    /// <summary>The guest moves to another processor, while it is paused.</summary>
    public void MoveTo(VirtualClock clock) => _clock = clock;

    /// <summary>Value of a count.</summary>
    public long this[string name] => _counts[name];

    /// <summary>The guest has left; called before the exit is charged.</summary>
    /// <param name="rip">Where it is.</param>
    /// <param name="isUser">Whether it runs a program.</param>
    /// <param name="kind">How it left.</param>
    public void Open(ulong rip, bool isUser, ExitKind kind = ExitKind.Exit)
    {
        Close();
        _isOpen = true;
        (_rip, _isUser, _kind, _reason) = (rip, isUser, kind, null);
        _start = _clock.Cycles;
        Resume();
    }

    /// <summary>Counts the exit under a reason.</summary>
    public void Count(string reason)
    {
        if (!_isOpen || _reason is not null)
        {
            Open(_rip, _isUser);
        }

        _counts.Count(reason);
        _reason = reason;
    }

    /// <summary>Gives a call-out its cause; it is no exit.</summary>
    public void Name(string cause) => _reason = cause;

    /// <summary>Other guests have the processor: what passes is not this one's.</summary>
    public void Pause()
    {
        if (_isOpen && !_isPaused)
        {
            Cycles += _clock.Cycles - _countedTo - (_clock.IdleCycles - _idleCountedTo);
        }

        _isPaused = true;
    }

    /// <summary>The guest, or the hypervisor for it, has the processor again.</summary>
    public void Resume() => (_isPaused, _countedTo, _idleCountedTo) = (false, _clock.Cycles, _clock.IdleCycles);

    /// <summary>The guest goes on.</summary>
    public void Close()
    {
        if (!_isOpen)
        {
            return;
        }

        Pause();
        _isOpen = false;
        if (_reason is not null)
        {
            Observer?.OnExit(new ExitSlice(_reason, _kind, _rip, _isUser, _start, _clock.Cycles));
        }
    }

    /// <summary>A copy of all counts.</summary>
    public IReadOnlyDictionary<string, long> Snapshot() => _counts.Snapshot();
}
