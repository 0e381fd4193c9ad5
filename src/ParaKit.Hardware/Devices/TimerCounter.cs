namespace ParaKit.Hardware.Devices;

/// <summary>One of the three counters of the 8254. Time is counted in ticks of its input clock.</summary>
internal sealed class TimerCounter
{
    private const int AccessLatch = 0;
    private const int AccessLow = 1;
    private const int AccessHigh = 2;
    private const uint FullCount = 0x10000;

    private int _access = 3;
    private int _mode;
    private uint _reload;
    private ulong _start;
    private ulong _expiry;
    private bool _running;
    private bool _armed;
    private bool _writeHighNext;
    private bool _readHighNext;
    private byte _lowByte;
    private ushort? _latched;

    /// <summary>Tick of the next interrupt edge; null if none will come.</summary>
    public ulong? NextExpiry => _armed ? _expiry : null;

    private bool IsPeriodic => _mode is 2 or 3;

    /// <summary>A counter in the same state.</summary>
    public TimerCounter Clone() => (TimerCounter)MemberwiseClone();

    /// <summary>A control word for this counter: access, mode, or the latch command.</summary>
    public void Control(byte word, ulong now)
    {
        int access = (word >> 4) & 3;
        if (access == AccessLatch)
        {
            Latch(now);
            return;
        }

        // Modes 6 and 7 are modes 2 and 3.
        int mode = (word >> 1) & 7;
        _mode = mode > 5 ? mode - 4 : mode;
        _access = access;
        _running = false;
        _armed = false;
        _writeHighNext = false;
        _readHighNext = false;
        _latched = null;
    }

    /// <summary>Holds the count for the next reads.</summary>
    public void Latch(ulong now) => _latched ??= Count(now);

    public byte Read(ulong now)
    {
        ushort value = _latched ?? Count(now);
        bool high = _access == AccessHigh || (_access != AccessLow && _readHighNext);
        bool last = _access is AccessLow or AccessHigh || _readHighNext;
        _readHighNext = !last;
        if (last)
        {
            _latched = null;
        }

        return (byte)(high ? value >> 8 : value);
    }

    public void Write(byte data, ulong now)
    {
        switch (_access)
        {
            case AccessLow:
                Load(data, now);
                break;
            case AccessHigh:
                Load((uint)data << 8, now);
                break;
            default:
                if (_writeHighNext)
                {
                    Load(((uint)data << 8) | _lowByte, now);
                }
                else
                {
                    _lowByte = data;
                }

                _writeHighNext = !_writeHighNext;
                break;
        }
    }

    /// <summary>True if at least one edge came since the last call. Periods nobody looked at count as one edge.</summary>
    public bool TryExpire(ulong now)
    {
        if (!_armed || now < _expiry)
        {
            return false;
        }

        _armed = IsPeriodic;
        if (IsPeriodic)
        {
            ulong periods = ((now - _expiry) / _reload) + 1;
            _expiry += periods * _reload;
        }

        return true;
    }

    private void Load(uint count, ulong now)
    {
        _reload = count == 0 ? FullCount : count;
        _start = now;
        _expiry = now + _reload;
        _running = true;
        _armed = _mode is 0 or 2 or 3;
    }

    private ushort Count(ulong now)
    {
        if (!_running)
        {
            return 0;
        }

        ulong elapsed = now - _start;
        return _mode switch
        {
            2 => (ushort)(_reload - (elapsed % _reload)),
            // Mode 3 counts down by two, twice per period.
            3 => (ushort)(_reload - (elapsed * 2 % _reload)),
            _ => (ushort)(_reload - elapsed),
        };
    }
}
