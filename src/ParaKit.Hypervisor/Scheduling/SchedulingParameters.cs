namespace ParaKit.Hypervisor.Scheduling;

/// <summary>What a client is entitled to.</summary>
public sealed record SchedulingParameters
{
    /// <summary>The weight of who is given none.</summary>
    public const int DefaultWeight = 256;

    /// <summary>The largest weight.</summary>
    public const int MaximumWeight = 65535;

    /// <summary>The longest of the times here, in nanoseconds: an hour.</summary>
    public const ulong LongestTime = 3_600_000_000_000;

    /// <summary>Its share relative to others, 1 to 65535. xl.cfg(5), "cpu_weight".</summary>
    public int Weight { get; init; } = DefaultWeight;

    /// <summary>The most of a processor that it may use, in percent, even if the rest idles; 0 is no limit. Credit only. xl.cfg(5), "cap".</summary>
    public int Cap { get; init; }

    /// <summary>How far it may run ahead of its share when it wakes, in nanoseconds of its own running. Borrowed Virtual Time only.</summary>
    public ulong Warp { get; init; }

    /// <summary>How long it may run warped, in nanoseconds. Xen's default: 2 s.</summary>
    public ulong WarpLimit { get; init; } = 2_000_000_000;

    /// <summary>How long it may not warp after that, in nanoseconds. Xen's default: 1 s.</summary>
    public ulong UnwarpRequirement { get; init; } = 1_000_000_000;

    /// <summary>Processors that it may run on, a bit for each. xl.cfg(5), "cpus".</summary>
    public ulong Affinity { get; init; } = ulong.MaxValue;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">One is not kept.</exception>
    internal void Check()
    {
        if (Weight is < 1 or > MaximumWeight)
        {
            throw new ArgumentException($"A weight is 1 to {MaximumWeight}, not {Weight}.");
        }

        if (Cap is < 0 or > 100)
        {
            throw new ArgumentException($"A cap is 0 (none) to 100 percent of a processor, not {Cap}.");
        }

        if (Math.Max(Warp, Math.Max(WarpLimit, UnwarpRequirement)) > LongestTime)
        {
            throw new ArgumentException("A warp, its limit and the time without it are an hour at most.");
        }
    }
}
