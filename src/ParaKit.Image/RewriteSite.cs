namespace ParaKit.Image;

/// <summary>The call sites of one operation that were changed when the image was built.</summary>
/// <param name="Operation">The operation as the kernel's source names it, such as "X86.Cli".</param>
/// <param name="Replacement">What stands there now: a paravirtual method or a machine instruction.</param>
/// <param name="Count">Number of call sites.</param>
public sealed record RewriteSite(string Operation, string Replacement, int Count)
{
    /// <summary>Whether the call sites are the guest library's, not the kernel's own.</summary>
    public bool IsInLibrary { get; init; }
}
