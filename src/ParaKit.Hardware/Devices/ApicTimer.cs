using ParaKit.Hardware.Time;

namespace ParaKit.Hardware.Devices;

/// <summary>The timer of a local APIC: counts cycles of its processor's clock, divided, down to zero. Intel SDM vol. 3A, "APIC Timer".</summary>
internal sealed class ApicTimer(VirtualClock clock)
{
    private ulong _start;

    /// <summary>The initial-count register; set: it counts from there, and for zero not at all.</summary>
    public uint Initial
    {
        get;
        set
        {
            field = value;
            _start = clock.Cycles;
            IsRunning = value != 0;
        }
    }

    /// <summary>The divide configuration register: bits 0, 1 and 3.</summary>
    public uint Divide { get; set; }

    /// <summary>Whether it begins again when it has reached zero.</summary>
    public bool IsPeriodic { get; set; }

    /// <summary>Whether it counts.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>The current count.</summary>
    public uint Current => IsRunning ? (uint)Math.Max(0, (long)(Initial - ((clock.Cycles - _start) / Divisor))) : 0;

    /// <summary>The cycle at which it is at zero; null if it does not count.</summary>
    public ulong? NextExpiry => IsRunning ? _start + (Initial * Divisor) : null;

    /// <summary>2, 4, 8 … 128, and 1 for the highest code.</summary>
    private ulong Divisor => 1UL << (((((int)Divide & 3) | (((int)Divide >> 1) & 4)) + 1) & 7);

    /// <summary>Whether it has reached zero since this was asked last; periods that went by meanwhile are one.</summary>
    public bool TakeExpired()
    {
        if (NextExpiry is not { } expiry || clock.Cycles < expiry)
        {
            return false;
        }

        ulong period = Initial * Divisor;
        _start += (clock.Cycles - _start) / period * period;
        IsRunning = IsPeriodic;
        return true;
    }
}
