namespace ParaKit.Hypervisor.Diagnostics;

/// <summary>Named counts of what made a guest leave for its hypervisor.</summary>
internal sealed class Counters
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>Adds one.</summary>
    public void Count(string name)
    {
        _counts[name] = this[name] + 1;
        Total++;
    }

    /// <summary>Sum of all counts.</summary>
    public long Total { get; private set; }

    /// <summary>Value of a count.</summary>
    public long this[string name] => _counts.GetValueOrDefault(name);

    /// <summary>A copy of all counts.</summary>
    public IReadOnlyDictionary<string, long> Snapshot() => new SortedDictionary<string, long>(_counts, StringComparer.Ordinal);
}
