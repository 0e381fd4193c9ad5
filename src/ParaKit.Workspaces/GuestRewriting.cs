using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using ParaKit.Workspaces.Auditing;
using ParaKit.Workspaces.Calls;
using ParaKit.Workspaces.Loading;

namespace ParaKit.Workspaces;

/// <summary>Finds what a paravirtual build of a guest calls instead of sensitive operations.</summary>
public static class GuestRewriting
{
    /// <summary>Reads a guest project that has been built, runs its generators as the paravirtual build does, and lists the calls.</summary>
    /// <param name="project">The project file.</param>
    /// <param name="configuration">Build configuration.</param>
    /// <param name="progress">Takes one line for each step.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="GuestLoadException">No SDK is found, the project does not load, or it is not a guest.</exception>
    public static Task<ImmutableArray<RewrittenCall>> FindAsync(string project, string configuration, IProgress<string> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(progress);
        SdkRoslyn.Require();
        return FindInWorkspaceAsync(project, configuration, progress, cancellation);
    }

    // Mentions Roslyn's types: compiled only after they can be found.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<ImmutableArray<RewrittenCall>> FindInWorkspaceAsync(
        string path, string configuration, IProgress<string> progress, CancellationToken cancellation)
    {
        var properties = new Dictionary<string, string> { ["Configuration"] = configuration, ["ParaKitMode"] = "paravirt" };
        using var projects = new GuestProjects(properties);
        var (project, compilation) = (await projects.OpenAsync(path, progress, cancellation).ConfigureAwait(false))[0];
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return await new CallFinder(compilation, new ProjectPaths(project.AssemblyName, folder, folder), cancellation).FindAsync(project).ConfigureAwait(false);
    }
}
