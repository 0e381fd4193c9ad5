namespace ParaKit.Cli.Reporting;

/// <summary>Counts of exits by reason over virtual time, in a bounded number of intervals: when time outgrows them, each becomes twice as long.</summary>
internal sealed class ExitTimeline
{
    /// <summary>Intervals at most.</summary>
    public const int Intervals = 600;

    private const ulong FirstLength = 1024;

    private readonly Dictionary<string, int[]> _counts = new(StringComparer.Ordinal);

    /// <summary>Cycles in an interval.</summary>
    public ulong Length { get; private set; } = FirstLength;

    /// <summary>Counts per interval by reason.</summary>
    public IReadOnlyDictionary<string, int[]> Counts => _counts;

    /// <summary>Adds an exit.</summary>
    public void Add(string reason, ulong time)
    {
        while (time / Length >= Intervals)
        {
            Double();
        }

        if (!_counts.TryGetValue(reason, out var counts))
        {
            counts = new int[Intervals];
            _counts.Add(reason, counts);
        }

        counts[time / Length]++;
    }

    private void Double()
    {
        Length *= 2;
        foreach (var counts in _counts.Values)
        {
            for (var i = 0; i < Intervals; i++)
            {
                counts[i] = 2 * i < Intervals ? counts[2 * i] + counts[(2 * i) + 1] : 0;
            }
        }
    }
}
