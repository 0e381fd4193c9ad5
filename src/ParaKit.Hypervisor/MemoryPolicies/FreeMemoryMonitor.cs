namespace ParaKit.Hypervisor.MemoryPolicies;

/// <summary>
/// Tells how urgently memory is needed from what is free: at less than the threshold of a state that state begins. To leave it, what is free must exceed its threshold
/// by half of the way to the next, so that a few pages more or less do not make it swing. Waldspurger (2002), section 6.3.
/// </summary>
public sealed class FreeMemoryMonitor
{
    // "high", "soft", "hard", "low": fractions of the machine's memory below which the state after the one listed begins.
    private static readonly double[] s_thresholds = [0.06, 0.04, 0.02, 0.01];

    /// <summary>The state after the last <see cref="Update"/>.</summary>
    public FreeMemoryState State { get; private set; }

    /// <summary>Changes of state so far.</summary>
    public long Transitions { get; private set; }

    /// <summary>Free fraction that reclaiming aims at: the threshold "high".</summary>
    public static double Goal => s_thresholds[0];

    /// <summary>Free fraction below which a state begins; that of <see cref="FreeMemoryState.High"/> is its upper end.</summary>
    public static double Threshold(FreeMemoryState state) => s_thresholds[(int)state];

    /// <summary>Looks at what is free.</summary>
    /// <param name="free">Free pages.</param>
    /// <param name="total">All pages.</param>
    public FreeMemoryState Update(long free, long total)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(total);
        var fraction = (double)free / total;
        var next = State;
        while (next != FreeMemoryState.Low && fraction < Threshold(next + 1))
        {
            next++;
        }

        while (next != FreeMemoryState.High && fraction >= End(next))
        {
            next--;
        }

        Transitions += next == State ? 0 : 1;
        return State = next;
    }

    /// <summary>Free fraction at which a state ends.</summary>
    private static double End(FreeMemoryState state) => (Threshold(state) + Threshold(state - 1)) / 2;
}
