using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using ParaKit.Workspaces.Fixing;
using ParaKit.Workspaces.Loading;

namespace ParaKit.Workspaces;

/// <summary>Applies the code fixes of all rules to a guest project, until nothing changes.</summary>
public static class GuestFixing
{
    /// <summary>Reads a restored project with the analyzers and fixes that it itself brings. Nothing is written.</summary>
    /// <param name="path">A project file.</param>
    /// <param name="configuration">Build configuration.</param>
    /// <param name="mode">Mode whose compilation is looked at: native or paravirt.</param>
    /// <param name="progress">Takes one line for each step.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="GuestLoadException">No SDK is found, the project does not load, or it is not a guest.</exception>
    public static Task<FixReport> RunAsync(string path, string configuration, string mode, IProgress<string> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(progress);
        SdkRoslyn.Require();
        return FixAsync(path, configuration, mode, progress, cancellation);
    }

    // Mentions Roslyn's types: compiled only after they can be found.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<FixReport> FixAsync(string path, string configuration, string mode, IProgress<string> progress, CancellationToken cancellation)
    {
        var properties = new Dictionary<string, string> { ["Configuration"] = configuration, ["ParaKitMode"] = mode };
        using var projects = new GuestProjects(properties);
        Microsoft.CodeAnalysis.Project project = (await projects.OpenAsync(path, progress, cancellation).ConfigureAwait(false))[0].Project;
        progress.Report($"Fixing {project.Name}");
        return await new ProjectFixer(project, cancellation).RunAsync(project).ConfigureAwait(false);
    }
}
