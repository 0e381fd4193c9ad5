namespace ParaKit.Hypervisor.Scheduling;

/// <summary>All schedulers by name.</summary>
public static class Schedulers
{
    /// <summary>The slice, and BVT's context-switch allowance, in nanoseconds: Xen's 5 ms.</summary>
    public const ulong DefaultSlice = 5_000_000;

    private const int LotterySeed = 1;

    private static readonly Func<ulong, IScheduler>[] s_all =
    [
        slice => new RoundRobinScheduler(slice),
        slice => new FairShareScheduler(slice),
        slice => new StrideScheduler(slice),
        slice => new LotteryScheduler(slice, LotterySeed),
        slice => new BorrowedVirtualTimeScheduler(slice),
        slice => new BorrowedVirtualTimeScheduler(slice, isXenSlice: true),
        slice => new CreditScheduler(slice),
    ];

    /// <summary>Their names; the first is the default.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_all.Select(make => make(DefaultSlice).Name)];

    /// <summary>Makes one.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static IScheduler Make(string name, ulong slice = DefaultSlice)
    {
        var index = Names.ToList().IndexOf(name);
        return index >= 0 ? s_all[index](slice) : throw new ArgumentException($"There is no scheduler '{name}'; there are {string.Join(", ", Names)}.", nameof(name));
    }
}
