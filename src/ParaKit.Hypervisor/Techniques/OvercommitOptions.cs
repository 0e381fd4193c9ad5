using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.MemoryPolicies;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>Whether guests share pages that have the same contents.</summary>
public enum SharingMode
{
    /// <summary>No.</summary>
    Off,

    /// <summary>Yes. What one writes takes longer if another has the same page, which tells it what the other has.</summary>
    On,

    /// <summary>Only pages of one guest, and of guests with the same <see cref="GuestMemoryParameters.Salt"/>.</summary>
    Salted,
}

/// <summary>A machine with less memory than its guests believe to have.</summary>
public sealed record OvercommitOptions
{
    /// <summary>How guests run: "hardware", "trap" or "translate".</summary>
    public string Technique { get; init; } = "hardware";

    /// <summary>Memory of the machine in bytes, for the guests and for what their monitors need.</summary>
    public ulong MemoryBytes { get; init; } = 64 << 20;

    /// <summary>Swap space of the hypervisor in bytes.</summary>
    public ulong SwapBytes { get; init; } = 1 << 30;

    /// <summary>What primitive operations cost.</summary>
    public CostProfile Costs { get; init; } = CostProfile.Default;

    /// <summary>Who gives memory up.</summary>
    public IMemoryPolicy Policy { get; init; } = new IdleTaxPolicy();

    /// <summary>Whether guests share pages.</summary>
    public SharingMode Sharing { get; init; }

    /// <summary>Pages of each guest looked at in a period, to share them.</summary>
    public int ScansPerPeriod { get; init; } = 64;

    /// <summary>Pages are looked at only while the guests' processors were idle for at least this part of the last period, 0 to 1.</summary>
    public double ScanWhenIdle { get; init; } = 0.25;

    /// <summary>How often memory is looked after, in nanoseconds: 10 ms.</summary>
    public ulong Period { get; init; } = 10_000_000;

    /// <summary>How often activity is sampled, in nanoseconds: 30 s.</summary>
    public ulong SamplePeriod { get; init; } = ActivityEstimator.DefaultPeriod;

    /// <summary>Pages sampled each time.</summary>
    public int Samples { get; init; } = ActivityEstimator.DefaultSamples;

    /// <summary>Whether guests have a balloon device. Without one they are paged.</summary>
    public bool HasBalloons { get; init; } = true;

    /// <summary>Most pages that a balloon's target changes by in a period.</summary>
    public int BalloonPagesPerPeriod { get; init; } = 256;

    /// <summary>Seed of the random choice of pages.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>What a guest is promised.</summary>
/// <param name="Shares">What it is entitled to, relative to others; at least 1.</param>
/// <param name="MinimumBytes">Memory that it keeps in any case; at least 1 MiB.</param>
public sealed record GuestMemoryParameters(long Shares = GuestMemoryParameters.DefaultShares, ulong MinimumBytes = 1 << 20)
{
    /// <summary>Shares of who is given none.</summary>
    public const long DefaultShares = 1000;

    /// <summary>The tenant: with <see cref="SharingMode.Salted"/>, only guests with the same salt share pages. 0 is nobody's: such a guest shares with itself only.</summary>
    public ulong Salt { get; init; }
}
