namespace ParaKit.Rewriter.Discovery;

/// <summary>Bytes of code by how they were read.</summary>
/// <param name="Descent">In instructions that control flow reaches.</param>
/// <param name="Sweep">In instructions that lie between those.</param>
/// <param name="Other">In no valid instruction.</param>
public readonly record struct CodeCoverage(long Descent, long Sweep, long Other)
{
    /// <summary>All bytes.</summary>
    public long Total => Descent + Sweep + Other;
}
