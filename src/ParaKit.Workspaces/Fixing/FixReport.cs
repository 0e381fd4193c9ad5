using System.Collections.Generic;

namespace ParaKit.Workspaces.Fixing;

/// <summary>What the rules find in a project, and what is left when every code fix has been applied until nothing changes.</summary>
public sealed record FixReport
{
    /// <summary>All rules that looked at the project.</summary>
    public required IReadOnlyList<string> Rules { get; init; }

    /// <summary>Those for which there is a code fix.</summary>
    public required IReadOnlyList<string> FixableRules { get; init; }

    /// <summary>In the project as it is.</summary>
    public required IReadOnlyList<RuleFinding> Before { get; init; }

    /// <summary>In the project as the fixes leave it.</summary>
    public required IReadOnlyList<RuleFinding> After { get; init; }

    /// <summary>New texts of the files that the fixes changed, by path relative to the project's folder. Nothing is written.</summary>
    public required IReadOnlyDictionary<string, string> ChangedFiles { get; init; }

    /// <summary>Errors of compilation that the fixes brought in; none, if they are right.</summary>
    public required IReadOnlyList<string> NewErrors { get; init; }

    /// <summary>How often all fixes were tried.</summary>
    public required int Passes { get; init; }
}
