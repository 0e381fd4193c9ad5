using ParaKit.Abi;
using ParaKit.Hardware.Time;

namespace ParaKit.Hypervisor.Domains;

/// <summary>Turns the machine's clock into the time that guests see. Xen public/xen.h, "vcpu_time_info".</summary>
internal sealed class GuestClock
{
    /// <summary>Wall clock at system time 0 in seconds since 1970: fixed (2026-01-01), so that runs repeat exactly.</summary>
    public const ulong WallClockSeconds = 1_767_225_600;

    /// <summary>Nanoseconds in a second.</summary>
    public const ulong NanosecondsPerSecond = 1_000_000_000;

    private VirtualClock _clock;
    private readonly TscMode _mode;
    private readonly ulong _startCycles;
    private readonly ulong _startNanoseconds;
    private readonly uint _multiplier;
    private readonly sbyte _shift;

    /// <summary>Prepares the scale from the counter that the guest sees to nanoseconds.</summary>
    public GuestClock(VirtualClock clock, TscMode mode = TscMode.Native)
    {
        (_clock, _mode) = (clock, mode);
        (_startCycles, _startNanoseconds) = (clock.Cycles, clock.Nanoseconds);
        (_multiplier, _shift) = Scale(mode == TscMode.Emulated ? NanosecondsPerSecond : clock.FrequencyHz);
    }

    /// <summary>Whether RDTSC has to exit.</summary>
    public bool IsTscEmulated => _mode == TscMode.Emulated;

    /// <summary>What the processor adds to its counter.</summary>
    public ulong TscOffset => _mode == TscMode.Offset ? 0 - _startCycles : 0;

    /// <summary>The time-stamp counter as the guest sees it.</summary>
    public ulong Tsc => IsTscEmulated ? _clock.Nanoseconds - _startNanoseconds : _clock.Cycles + TscOffset;

    /// <summary>The virtual processor moves to a physical one with a clock of its own, which is not behind.</summary>
    public void MoveTo(VirtualClock clock) => _clock = clock;

    /// <summary>System time in nanoseconds.</summary>
    public ulong Now => _clock.Nanoseconds;

    /// <summary>The present moment as the guest reads it; the caller sets the version.</summary>
    public VcpuTimeInfo Capture() => new()
    {
        TscTimestamp = Tsc,
        SystemTime = _clock.Nanoseconds,
        TscToSystemMultiplier = _multiplier,
        TscShift = _shift,
    };

    /// <summary>Multiplier with its top bit set, and the shift that goes with it.</summary>
    internal static (uint Multiplier, sbyte Shift) Scale(ulong frequencyHz)
    {
        sbyte shift = 0;
        while (Multiplier(frequencyHz, shift) > uint.MaxValue)
        {
            shift++;
        }

        while (Multiplier(frequencyHz, shift) <= uint.MaxValue / 2)
        {
            shift--;
        }

        return ((uint)Multiplier(frequencyHz, shift), shift);
    }

    private static UInt128 Multiplier(ulong frequencyHz, int shift)
    {
        var scaled = (UInt128)NanosecondsPerSecond << 32;
        return shift >= 0 ? scaled / ((UInt128)frequencyHz << shift) : (scaled << -shift) / frequencyHz;
    }
}
