namespace ParaKit.Hypervisor.Translation;

/// <summary>What the translator and its cache did.</summary>
internal sealed class TranslationCounters
{
    /// <summary>Units translated.</summary>
    public long Units { get; set; }

    /// <summary>Instructions translated.</summary>
    public long Instructions { get; set; }

    /// <summary>Of these, instructions that stayed as they were.</summary>
    public long Identical { get; set; }

    /// <summary>Bytes of the guest that were translated.</summary>
    public long GuestBytes { get; set; }

    /// <summary>Bytes of code that they became.</summary>
    public long CodeBytes { get; set; }

    /// <summary>Bytes of code that the cache holds at most.</summary>
    public long Capacity { get; set; }

    /// <summary>Exits that were made to lead to another unit.</summary>
    public long Chains { get; set; }

    /// <summary>Indirect transfers that found their target in the cache.</summary>
    public long IndirectHits { get; set; }

    /// <summary>Indirect transfers that had to ask the monitor.</summary>
    public long IndirectMisses { get; set; }

    /// <summary>Units given up because their code changed or is mapped elsewhere.</summary>
    public long Invalidated { get; set; }

    /// <summary>Units translated again because an instruction of theirs trapped often.</summary>
    public long Retranslated { get; set; }

    /// <summary>Units translated back because such an instruction has not done again what trapped.</summary>
    public long Acquitted { get; set; }

    /// <summary>How often the cache was full and emptied.</summary>
    public long Evictions { get; set; }

    /// <summary>All counts with their names.</summary>
    public IReadOnlyDictionary<string, long> Snapshot() => new SortedDictionary<string, long>(StringComparer.Ordinal)
    {
        ["units"] = Units,
        ["instructions"] = Instructions,
        ["identical instructions"] = Identical,
        ["guest bytes"] = GuestBytes,
        ["code bytes"] = CodeBytes,
        ["cache capacity bytes"] = Capacity,
        ["chains"] = Chains,
        ["indirect hits"] = IndirectHits,
        ["indirect misses"] = IndirectMisses,
        ["invalidated units"] = Invalidated,
        ["retranslated units"] = Retranslated,
        ["acquitted units"] = Acquitted,
        ["evictions"] = Evictions,
    };
}
