namespace ParaKit.Hypervisor.Translation;

/// <summary>Why a translated block is no longer in the cache.</summary>
public enum BlockEnd
{
    /// <summary>It is.</summary>
    None,

    /// <summary>Its code changed, or is mapped elsewhere.</summary>
    Invalidated,

    /// <summary>An instruction of it trapped often and was translated to a call of the monitor.</summary>
    Retranslated,

    /// <summary>Such an instruction no longer did what had trapped, and was translated back.</summary>
    Acquitted,

    /// <summary>The cache was full and was emptied.</summary>
    Evicted,
}

/// <summary>A translated block of a guest's kernel and what became of it.</summary>
public sealed record TranslatedBlock
{
    /// <summary>Guest address.</summary>
    public required ulong Address { get; init; }

    /// <summary>Symbol and source line, as far as known.</summary>
    public required string Location { get; init; }

    /// <summary>Guest instructions.</summary>
    public required int Instructions { get; init; }

    /// <summary>Bytes of the guest.</summary>
    public required int GuestBytes { get; init; }

    /// <summary>Bytes of code.</summary>
    public required int CodeBytes { get; init; }

    /// <summary>How often it was entered at its start.</summary>
    public required long Entries { get; init; }

    /// <summary>How often it called the monitor.</summary>
    public required long CallOuts { get; init; }

    /// <summary>Why it is no longer in the cache.</summary>
    public required BlockEnd End { get; init; }

    /// <summary>Each guest instruction, Intel syntax, followed by the code that it became.</summary>
    public required IReadOnlyList<string> Listing { get; init; }
}
