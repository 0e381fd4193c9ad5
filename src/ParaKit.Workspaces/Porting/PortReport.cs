using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;

namespace ParaKit.Workspaces.Porting;

/// <summary>What a port changes.</summary>
public sealed record PortReport
{
    /// <summary>The project or solution file, full path.</summary>
    public required string Project { get; init; }

    /// <summary>Changed files by name, project files last in their project.</summary>
    public required ImmutableArray<PortedFile> Files { get; init; }

    /// <summary>Number of calls replaced by their counterparts, by operation.</summary>
    public required ImmutableSortedDictionary<string, int> Calls { get; init; }

    /// <summary>Number of changes made by code fixes, by rule.</summary>
    public required ImmutableSortedDictionary<string, int> Fixes { get; init; }

    /// <summary>Uses of sensitive operations that remain: what is left to do by hand.</summary>
    public required ImmutableArray<RemainingUse> Remaining { get; init; }

    /// <summary>One report of several projects: files by their names in the solution's folder.</summary>
    internal static PortReport Of(string solution, IReadOnlyCollection<PortReport> projects)
    {
        var folder = Path.GetDirectoryName(solution)!;
        string Name(PortReport project, string file) => Path.GetRelativePath(folder, Path.Join(Path.GetDirectoryName(project.Project), file)).Replace('\\', '/');
        return new PortReport
        {
            Project = solution,
            Files = [.. projects.SelectMany(project => project.Files.Select(file => file with { Path = Name(project, file.Path) })).DistinctBy(file => file.Path)],
            Calls = Sum(projects.Select(project => project.Calls)),
            Fixes = Sum(projects.Select(project => project.Fixes)),
            Remaining = [.. projects.SelectMany(project => project.Remaining.Select(use => use with { File = Name(project, use.File) }))],
        };
    }

    private static ImmutableSortedDictionary<string, int> Sum(IEnumerable<ImmutableSortedDictionary<string, int>> counts) => counts
        .SelectMany(count => count)
        .GroupBy(count => count.Key, count => count.Value, StringComparer.Ordinal)
        .ToImmutableSortedDictionary(group => group.Key, group => group.Sum(), StringComparer.Ordinal);
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
