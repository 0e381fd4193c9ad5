using System.Collections.Immutable;
using ParaKit.Workspaces.PortCosts;

namespace ParaKit.Workspaces.Auditing;

/// <summary>What an audit found.</summary>
/// <param name="Name">File name of the audited project or solution.</param>
public sealed record AuditReport(string Name)
{
    /// <summary>Names of the guest projects, sorted.</summary>
    public required ImmutableArray<string> Projects { get; init; }

    /// <summary>Uses of sensitive operations, by file and position.</summary>
    public required ImmutableArray<OperationUse> Uses { get; init; }

    /// <summary>Hand-written source files, by name.</summary>
    public required ImmutableArray<SourceFile> Files { get; init; }

    /// <summary>Compile errors in the form of build tools, with relative paths; the audit may then be incomplete.</summary>
    public required ImmutableArray<string> CompileErrors { get; init; }

    /// <summary>The port-cost table.</summary>
    public PortCost PortCost => PortCost.Of(Uses, Files);
}
