namespace ParaKit.Rewriter.Discovery;

/// <summary>What is known about one byte of a region.</summary>
[Flags]
internal enum Marks : byte
{
    None = 0,

    /// <summary>An instruction starts here.</summary>
    Start = 1,

    /// <summary>It is in an instruction that starts earlier.</summary>
    Inside = 2,

    /// <summary>The instruction was found by the sweep.</summary>
    Swept = 4,

    /// <summary>Control flow jumps or calls here.</summary>
    Target = 8,

    /// <summary>The instruction is not innocuous.</summary>
    Sensitive = 16,
}
