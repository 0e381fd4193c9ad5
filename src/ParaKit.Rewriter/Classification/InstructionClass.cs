namespace ParaKit.Rewriter.Classification;

/// <summary>How an instruction relates to privilege, in the terms of Popek and Goldberg (1974).</summary>
public enum InstructionClass
{
    /// <summary>Behaves alike at every privilege level.</summary>
    Innocuous,

    /// <summary>Behaves alike, but tells the program what it runs on: the machine's features or its time.</summary>
    Revealing,

    /// <summary>Does or tells something else outside the most privileged level, and does not trap there.</summary>
    SensitiveUnprivileged,

    /// <summary>Traps outside the most privileged level.</summary>
    Privileged,
}
