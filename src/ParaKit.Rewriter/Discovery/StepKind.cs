namespace ParaKit.Rewriter.Discovery;

/// <summary>Where an instruction leads, and what else discovery has to know of it.</summary>
[Flags]
internal enum StepKind
{
    /// <summary>To the next instruction.</summary>
    Next = 0,

    /// <summary>To nowhere that is known: returns, and instructions that only trap.</summary>
    Stop = 1,

    /// <summary>To a fixed target.</summary>
    Jump = 2,

    /// <summary>To a fixed target, and to the next instruction: conditional jumps and calls.</summary>
    Branch = 3,

    /// <summary>Through a register or memory.</summary>
    IndirectJump = 4,

    /// <summary>The bits that say where to.</summary>
    Flow = 7,

    /// <summary>The distance to the target is in the last byte, not in the last four.</summary>
    Short = 8,

    /// <summary>Found by the full decoder, which still has the instruction.</summary>
    Decoded = 16,

    /// <summary>Not innocuous.</summary>
    Sensitive = 32,
}
