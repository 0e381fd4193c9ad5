using ParaKit.Hypervisor.Domains;

namespace ParaKit.Hypervisor.Control;

/// <summary>How far virtual time may have gone by now. What it lags behind while domains are busy is not made up for, but for a little.</summary>
internal sealed class RealTimePace(TimeProvider time)
{
    /// <summary>The most that virtual time makes up for at once, in nanoseconds: 10 ms.</summary>
    public const ulong MostLag = 10_000_000;

    private readonly long _start = time.GetTimestamp();
    private ulong _forgiven;

    /// <summary>The moment up to which virtual time may go now, in nanoseconds.</summary>
    public ulong Horizon => (ulong)time.GetElapsedTime(_start).Ticks * (GuestClock.NanosecondsPerSecond / TimeSpan.TicksPerSecond) - _forgiven;

    /// <summary>Virtual time has only come so far, because domains are busy.</summary>
    /// <returns>The horizon that is left.</returns>
    public ulong Forgive(ulong now)
    {
        var horizon = Horizon;
        if (horizon <= now + MostLag)
        {
            return horizon;
        }

        _forgiven += horizon - now - MostLag;
        return now + MostLag;
    }
}
