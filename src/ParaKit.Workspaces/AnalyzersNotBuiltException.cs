using System.Collections.Generic;

namespace ParaKit.Workspaces;

/// <summary>A guest refers to projects with rules and generators that are not built: without them its source does not say what it says in a build.</summary>
public sealed class AnalyzersNotBuiltException : GuestLoadException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The project or solution.</param>
    /// <param name="missing">Files that are not there.</param>
    public AnalyzersNotBuiltException(string path, IReadOnlyList<string> missing)
        : base($"'{path}' refers to analyzers that are not built: build it once.", missing)
    {
    }
}
