namespace ParaKit.Workspaces.Auditing;

/// <summary>What the paravirtual build does with a use of an operation.</summary>
public enum Rewriting
{
    /// <summary>Replaced by the paravirtual counterpart, without a change of the source.</summary>
    Rewritten,

    /// <summary>Nothing is needed: the operation behaves alike everywhere.</summary>
    Unneeded,

    /// <summary>Left alone on purpose: code marked <c>[NativeOnly]</c>, a sensitive operation's own body, or a counterpart.</summary>
    NativeOnly,

    /// <summary>In a form that cannot be replaced (PK0003): the source must be changed.</summary>
    NotRewritable,

    /// <summary>Its counterpart cannot stand in for it (PK0004): the declaration must be changed.</summary>
    CounterpartMismatch,

    /// <summary>It names no counterpart (PK0005): the source must be changed.</summary>
    NoCounterpart,
}
