namespace ParaKit.Rewriter.Discovery;

/// <summary>Why bytes are taken for an instruction.</summary>
public enum CodeOrigin
{
    /// <summary>They are not.</summary>
    None,

    /// <summary>Control flow reaches them from an entry point, a symbol or a table.</summary>
    Descent,

    /// <summary>They lie between instructions that control flow reaches: code that is reached in ways unknown, or data.</summary>
    Sweep,
}
