namespace ParaKit.Workspaces.Auditing;

/// <summary>How an operation relates to privilege; mirrors <c>ParaKit.Guest.Sensitivity</c> by name.</summary>
public enum OperationClass
{
    /// <summary>Traps when executed outside the most privileged level.</summary>
    Privileged,

    /// <summary>Does not trap when deprivileged, but then does or tells something else.</summary>
    SensitiveUnprivileged,

    /// <summary>An ordinary store to a structure that the processor reads.</summary>
    SensitiveStore,

    /// <summary>A compound operation of the platform.</summary>
    Platform,

    /// <summary>Behaves alike at every privilege level.</summary>
    Innocuous,
}
