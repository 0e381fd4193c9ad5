namespace ParaKit.SensitiveOperations;

/// <summary>How an operation behaves when its kernel is not at CPL 0; mirrors <c>ParaKit.Guest.Sensitivity</c> by name.</summary>
internal enum Sensitivity
{
    /// <summary>Faults when deprivileged.</summary>
    Privileged,

    /// <summary>Does not fault when deprivileged and silently does something else.</summary>
    SensitiveUnprivileged,

    /// <summary>A store to a structure that the processor reads, such as a page table.</summary>
    SensitiveStore,

    /// <summary>An access to a device or platform register.</summary>
    Platform,

    /// <summary>Behaves the same at every privilege level.</summary>
    Innocuous,
}
