namespace ParaKit.Hypervisor.Overcommit;

/// <summary>What was done with a guest's pages.</summary>
internal sealed class GuestPageCounters
{
    /// <summary>Pages that were zeroed and given.</summary>
    public long Zeroed { get; set; }

    /// <summary>Pages that went to swap space.</summary>
    public long PagedOut { get; set; }

    /// <summary>Pages that came back from there.</summary>
    public long PagedIn { get; set; }

    /// <summary>Pages that the balloon driver gave up.</summary>
    public long Ballooned { get; set; }

    /// <summary>Of those, pages that the guest touched or took back.</summary>
    public long Popped { get; set; }

    /// <summary>Pages that were found equal to another, and now have its frame.</summary>
    public long Merged { get; set; }

    /// <summary>Shared pages that were written to.</summary>
    public long Copied { get; set; }

    /// <summary>Cycles in which its pages were scanned, to be shared.</summary>
    public ulong ScanCycles { get; set; }

    /// <summary>By name, for results.</summary>
    public SortedDictionary<string, long> Snapshot() => new(StringComparer.Ordinal)
    {
        ["pages zeroed"] = Zeroed,
        ["pages paged out"] = PagedOut,
        ["pages paged in"] = PagedIn,
        ["pages ballooned"] = Ballooned,
        ["pages popped"] = Popped,
        ["pages merged"] = Merged,
        ["pages copied on write"] = Copied,
        ["cycles of page scans"] = (long)ScanCycles,
    };
}
