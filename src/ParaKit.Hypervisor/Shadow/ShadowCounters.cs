namespace ParaKit.Hypervisor.Shadow;

/// <summary>What shadow paging had to do.</summary>
internal sealed class ShadowCounters
{
    /// <summary>Faults that the guest never saw.</summary>
    public long HiddenFaults { get; set; }

    /// <summary>Faults that were the guest's.</summary>
    public long TrueFaults { get; set; }

    /// <summary>Writes to traced page tables.</summary>
    public long TracedWrites { get; set; }

    /// <summary>Shadow tables made.</summary>
    public long Tables { get; set; }

    /// <summary>Tables of the guest whose shadows were given up because the guest writes to them as to ordinary memory.</summary>
    public long Forgotten { get; set; }

    /// <summary>How often all shadows were given up: no frame was left, or the rules of paging changed.</summary>
    public long Resets { get; set; }

    /// <summary>All counts with their names.</summary>
    public IReadOnlyDictionary<string, long> Snapshot() => new SortedDictionary<string, long>(StringComparer.Ordinal)
    {
        ["hidden faults"] = HiddenFaults,
        ["true faults"] = TrueFaults,
        ["traced writes"] = TracedWrites,
        ["tables made"] = Tables,
        ["tables forgotten"] = Forgotten,
        ["resets"] = Resets,
    };
}
