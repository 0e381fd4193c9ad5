namespace ParaKit.Rewriter.Discovery;

/// <summary>What is known about one byte of a region: one write per instruction, whatever its length.</summary>
[Flags]
internal enum Marks : byte
{
    None = 0,

    /// <summary>The bits that hold the length of the instruction that starts here; 0 if none does.</summary>
    Length = 15,

    /// <summary>The instruction was found by the sweep.</summary>
    Swept = 16,

    /// <summary>Control flow jumps or calls here.</summary>
    Target = 32,
}
