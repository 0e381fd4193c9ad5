using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using ParaKit.Workspaces.Loading;
using ParaKit.Workspaces.Porting;

namespace ParaKit.Workspaces;

/// <summary>Rewrites the source of a guest into the paravirtual kernel that its build would make of it.</summary>
public static class GuestPort
{
    /// <summary>Reads a restored project, or all kernels of a solution, and ports the source in memory; nothing is written.</summary>
    /// <param name="project">The project or solution file.</param>
    /// <param name="configuration">Build configuration.</param>
    /// <param name="progress">Takes one line for each step.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="GuestLoadException">No SDK is found, the project does not load, is not a guest, or does not compile.</exception>
    public static Task<PortReport> RunAsync(string project, string configuration, IProgress<string> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(progress);
        SdkRoslyn.Require();
        return PortAsync(project, configuration, progress, cancellation);
    }

    // Mentions Roslyn's types: compiled only after they can be found.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<PortReport> PortAsync(string path, string configuration, IProgress<string> progress, CancellationToken cancellation)
    {
        var properties = new Dictionary<string, string> { ["Configuration"] = configuration, ["ParaKitMode"] = "paravirt", ["ParaKitRewrite"] = "true" };
        using var projects = new GuestProjects(properties);
        var guests = await projects.OpenAsync(path, progress, cancellation).ConfigureAwait(false);
        if (!GuestProjects.IsSolution(path))
        {
            return await new ProjectPorter(guests[0].Project, progress, cancellation).PortAsync().ConfigureAwait(false);
        }

        List<PortReport> reports = [];
        foreach (var (project, _) in guests.Where(static guest => ProjectFile.IsKernel(guest.Project.FilePath!)))
        {
            progress.Report($"Porting {project.Name}");
            reports.Add(await new ProjectPorter(project, progress, cancellation).PortAsync().ConfigureAwait(false));
        }

        return PortReport.Of(Path.GetFullPath(path), reports);
    }
}
