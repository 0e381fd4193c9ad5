namespace ParaKit.Rewriter.Translation;

/// <summary>Why translated code calls the monitor.</summary>
public enum CallOut
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>An instruction is the monitor's to carry out.</summary>
    Simulate,

    /// <summary>As <see cref="Simulate"/>, for an indirect transfer whose target is not in the table.</summary>
    IndirectMiss,

    /// <summary>The unit ends and what follows is not known to have a translation.</summary>
    Dispatch,

    /// <summary>Interrupts were enabled while one waits.</summary>
    Interrupt,
}
