using System.Collections.Immutable;

namespace ParaKit.Workspaces.Porting;

/// <summary>What a port changes.</summary>
public sealed record PortReport
{
    /// <summary>The project file, full path.</summary>
    public required string Project { get; init; }

    /// <summary>Changed files by name, the project file last.</summary>
    public required ImmutableArray<PortedFile> Files { get; init; }

    /// <summary>Number of calls replaced by their counterparts, by operation.</summary>
    public required ImmutableSortedDictionary<string, int> Calls { get; init; }

    /// <summary>Number of changes made by code fixes, by rule.</summary>
    public required ImmutableSortedDictionary<string, int> Fixes { get; init; }

    /// <summary>Uses of sensitive operations that remain: what is left to do by hand.</summary>
    public required ImmutableArray<RemainingUse> Remaining { get; init; }
}

/// <summary>A file before and after.</summary>
/// <param name="Path">Relative to the project, with forward slashes.</param>
/// <param name="Before">Old text.</param>
/// <param name="After">New text.</param>
public sealed record PortedFile(string Path, string Before, string After);

/// <summary>A use that no rewriting reaches.</summary>
/// <param name="File">Relative to the project, with forward slashes.</param>
/// <param name="Line">Line after the port, from 1.</param>
/// <param name="Operation">The operation, such as <c>X86.Cli</c>.</param>
/// <param name="Reason">Why, one sentence without a full stop.</param>
public sealed record RemainingUse(string File, int Line, string Operation, string Reason);
