namespace ParaKit.Guest;

/// <summary>How an operation relates to privilege, in the terms of Popek and Goldberg (1974).</summary>
public enum Sensitivity
{
    /// <summary>Traps when executed outside the most privileged level.</summary>
    Privileged,

    /// <summary>Does not trap when deprivileged, but then does or tells something else.</summary>
    SensitiveUnprivileged,

    /// <summary>An ordinary store to a structure that the processor reads, such as a page table.</summary>
    SensitiveStore,

    /// <summary>A compound operation of the platform: boot, console, timer, power.</summary>
    Platform,

    /// <summary>Behaves alike at every privilege level.</summary>
    Innocuous,
}
