namespace ParaKit.Rewriter.Static;

/// <summary>How an instruction was replaced.</summary>
public enum RewriteForm
{
    /// <summary>By a software interrupt in its own bytes.</summary>
    Interrupt,

    /// <summary>By a breakpoint, because it has only one byte.</summary>
    Breakpoint,

    /// <summary>By a jump to a trampoline, with the instructions behind it that had to make room.</summary>
    Trampoline,
}

/// <summary>An instruction that the static rewriter replaced, for people.</summary>
/// <param name="Address">Linear address.</param>
/// <param name="Location">Symbol and source line, as far as known.</param>
/// <param name="Name">Name in the table of sensitive instructions.</param>
/// <param name="Form">How it was replaced.</param>
/// <param name="Before">The instructions in the replaced bytes.</param>
/// <param name="After">What is there now.</param>
/// <param name="Trampoline">The trampoline's instructions; empty without one.</param>
public sealed record RewrittenSite(
    ulong Address, string Location, string Name, RewriteForm Form, IReadOnlyList<string> Before, IReadOnlyList<string> After, IReadOnlyList<string> Trampoline);
