namespace ParaKit.Hypervisor.Network;

/// <summary>How fast an interface may send: bytes per interval. xl-network-configuration(5), "rate".</summary>
/// <param name="Bytes">Bytes.</param>
/// <param name="Interval">Nanoseconds, not 0.</param>
internal readonly record struct RateLimit(ulong Bytes, ulong Interval);

/// <summary>Credit of an interface: it gets a limit's bytes at the begin of each interval; what it does not use by the next is lost, except for one packet.</summary>
internal sealed class RateCredit(RateLimit? limit, ulong mostPacket)
{
    private ulong _credit = limit?.Bytes ?? 0;
    private ulong _next = limit?.Interval ?? 0;

    /// <summary>Whether a packet may go now; if not, when to ask again.</summary>
    public bool TryTake(int length, ulong now, out ulong again)
    {
        again = _next;
        if (limit is not { } rate)
        {
            return true;
        }

        if (now >= _next)
        {
            // A limit below a packet per interval collects until one fits.
            var intervals = ((now - _next) / rate.Interval) + 1;
            _credit = Math.Min(_credit + UInt128Product(rate.Bytes, intervals), Math.Max(rate.Bytes, mostPacket));
            _next += intervals * rate.Interval;
            again = _next;
        }

        if (_credit < (ulong)length)
        {
            return false;
        }

        _credit -= (ulong)length;
        return true;
    }

    private static ulong UInt128Product(ulong bytes, ulong intervals) => (ulong)UInt128.Min((UInt128)bytes * intervals, ulong.MaxValue / 2);
}
