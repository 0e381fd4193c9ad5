using ParaKit.Workspaces.Auditing;
using ParaKit.Workspaces.PortCosts;

namespace ParaKit.Cli.Rendering;

/// <summary>Words and rule identifiers for what an audit finds.</summary>
internal static class AuditWords
{
    /// <summary>Name and meaning of a class.</summary>
    public static (string Name, string Meaning) Of(OperationClass operationClass) => operationClass switch
    {
        OperationClass.Privileged => ("Privileged", "traps outside the most privileged level"),
        OperationClass.SensitiveUnprivileged => ("Sensitive, unprivileged", "does not trap, but does or tells something else"),
        OperationClass.SensitiveStore => ("Sensitive store", "an ordinary store to what the processor reads"),
        OperationClass.Platform => ("Platform", "a compound operation of the platform"),
        _ => ("Innocuous", "behaves alike at every privilege level"),
    };

    /// <summary>A row of the port-cost table, in the paper's words.</summary>
    public static string Of(PortCategory category) => category switch
    {
        PortCategory.ArchitectureIndependent => "Architecture-independent",
        PortCategory.VirtualNetworkDriver => "Virtual network driver",
        PortCategory.VirtualBlockDriver => "Virtual block-device driver",
        _ => "Xen-specific (non-driver)",
    };

    /// <summary>What becomes of a use.</summary>
    public static string Becomes(OperationUse use) => use.Rewriting switch
    {
        Rewriting.Rewritten => use.Becomes ?? "",
        Rewriting.Unneeded => "unchanged",
        Rewriting.NativeOnly => "unchanged: native on purpose",
        _ => $"NOT REWRITTEN: {use.Problem} ({RuleId(use)})",
    };

    /// <summary>The rule that reports a use.</summary>
    public static string RuleId(OperationUse use) => use.Rewriting switch
    {
        Rewriting.NotRewritable => "PK0003",
        Rewriting.CounterpartMismatch => "PK0004",
        Rewriting.NoCounterpart => "PK0005",
        _ => use.Class == OperationClass.SensitiveUnprivileged ? "PK0002" : "PK0001",
    };
}
