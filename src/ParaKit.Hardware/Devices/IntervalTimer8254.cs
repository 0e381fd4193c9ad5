using ParaKit.Hardware.Bus;
using ParaKit.Hardware.Time;

namespace ParaKit.Hardware.Devices;

/// <summary>
/// The 8254 programmable interval timer with a clock of 1.193182 MHz of virtual time. Intel 8254 data sheet, "Operation".
/// Counter 0 drives an interrupt line in modes 0, 2 and 3; counters 1 and 2 only count. BCD counting is not there.
/// </summary>
public sealed class IntervalTimer8254 : IPortDevice
{
    /// <summary>Ports it occupies: three counters and the control word.</summary>
    public const int PortCount = 4;

    /// <summary>Input frequency in Hz.</summary>
    public const ulong InputFrequencyHz = 1_193_182;

    private const int ControlWord = 3;
    private const int CounterCount = 3;
    private const int ReadBack = 3;
    private const int ReadBackNoCount = 1 << 5;

    private readonly TimerCounter[] _counters;
    private readonly InterruptLine _interrupt;
    private readonly VirtualClock _clock;

    /// <summary>Creates a timer whose counters are stopped.</summary>
    public IntervalTimer8254(InterruptLine interrupt, VirtualClock clock)
    {
        _interrupt = interrupt;
        _clock = clock;
        _counters = [new TimerCounter(), new TimerCounter(), new TimerCounter()];
    }

    /// <summary>Cycle of the clock at which <see cref="Update"/> next has something to do; null if never.</summary>
    public ulong? NextDeadline =>
        _counters[0].NextExpiry is { } tick ? CyclesAtTick(tick) : null;

    private ulong Tick => (ulong)((UInt128)_clock.Cycles * InputFrequencyHz / _clock.FrequencyHz);

    /// <summary>Takes over the state of another timer, whose clock shows the same time.</summary>
    internal void CopyStateFrom(IntervalTimer8254 other)
    {
        for (int i = 0; i < CounterCount; i++)
        {
            _counters[i] = other._counters[i].Clone();
        }

        _interrupt.CopyStateFrom(other._interrupt);
    }

    /// <summary>Raises the interrupt for every period that is over.</summary>
    public void Update()
    {
        if (_counters[0].TryExpire(Tick))
        {
            _interrupt.Pulse();
        }
    }

    /// <inheritdoc/>
    public uint Read(int offset, int width) => offset < CounterCount ? _counters[offset].Read(Tick) : 0xffu;

    /// <inheritdoc/>
    public void Write(int offset, int width, uint value)
    {
        byte data = (byte)value;
        if (offset < CounterCount)
        {
            _counters[offset].Write(data, Tick);
            return;
        }

        int select = data >> 6;
        if (offset == ControlWord && select < ReadBack)
        {
            _counters[select].Control(data, Tick);
        }
        else if (offset == ControlWord && (data & ReadBackNoCount) == 0)
        {
            for (int i = 0; i < CounterCount; i++)
            {
                if ((data & (2 << i)) != 0)
                {
                    _counters[i].Latch(Tick);
                }
            }
        }
    }

    private ulong CyclesAtTick(ulong tick)
    {
        UInt128 scaled = (UInt128)tick * _clock.FrequencyHz;
        return (ulong)((scaled + InputFrequencyHz - 1) / InputFrequencyHz);
    }
}
