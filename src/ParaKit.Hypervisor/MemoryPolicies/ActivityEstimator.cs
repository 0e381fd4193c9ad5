namespace ParaKit.Hypervisor.MemoryPolicies;

/// <summary>
/// Estimates which part of its memory a guest uses, from samples of random pages of which it is seen whether they are touched within a period. Two moving averages,
/// slow and fast, and what the period has shown so far: the largest counts, so that a rise is seen at once and a fall slowly. Waldspurger (2002), section 5.3,
/// "Measuring Idle Memory".
/// </summary>
public sealed class ActivityEstimator
{
    /// <summary>Pages sampled in each period.</summary>
    public const int DefaultSamples = 100;

    /// <summary>Length of a period in nanoseconds of the guest's time: 30 s.</summary>
    public const ulong DefaultPeriod = 30_000_000_000;

    private const double SlowGain = 0.25;
    private const double FastGain = 0.75;

    private double _slow = 1;
    private double _fast = 1;
    private int _sampled;
    private int _touched;

    /// <summary>The estimate, 0 to 1. A guest of which nothing is known uses all.</summary>
    public double Active => Math.Max(Math.Max(_slow, _fast), Current);

    /// <summary>What the current period has shown, 0 before it has shown anything.</summary>
    private double Current => _sampled == 0 ? 0 : (double)_touched / _sampled;

    /// <summary>A sampled page was touched for the first time in this period.</summary>
    public void NoteTouch() => _touched++;

    /// <summary>Begins a period with so many sampled pages, and ends the one before.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative number.</exception>
    public void BeginPeriod(int samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        if (_sampled != 0)
        {
            _slow += SlowGain * (Current - _slow);
            _fast += FastGain * (Current - _fast);
        }

        (_sampled, _touched) = (samples, 0);
    }
}
