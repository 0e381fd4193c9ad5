namespace ParaKit.Workspaces.Auditing;

/// <summary>In what form an operation is used.</summary>
public enum UseForm
{
    /// <summary>A call by name.</summary>
    Call,

    /// <summary>A conversion to a delegate or another use as a method group.</summary>
    MethodGroup,

    /// <summary>Its address is taken.</summary>
    Address,

    /// <summary>A call inside an expression tree, where it is data.</summary>
    ExpressionTree,

    /// <summary>A call without invocation syntax: property, indexer, event, operator, or a pattern of the language.</summary>
    Implicit,
}
