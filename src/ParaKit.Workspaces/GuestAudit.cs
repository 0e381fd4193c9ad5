using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using ParaKit.Workspaces.Auditing;
using ParaKit.Workspaces.Loading;

namespace ParaKit.Workspaces;

/// <summary>Finds every use of a sensitive operation in guest projects.</summary>
public static class GuestAudit
{
    /// <summary>
    /// Reads a restored project, with the guest libraries it references, or all guest projects of a solution. Errors of compilation are
    /// part of the report; what can be understood is audited nevertheless.
    /// </summary>
    /// <param name="path">A project or solution file.</param>
    /// <param name="configuration">Build configuration in which projects are evaluated.</param>
    /// <param name="progress">Takes one line for each step.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="GuestLoadException">No SDK is found, the project does not load, or it has no guest code.</exception>
    public static Task<AuditReport> RunAsync(string path, string configuration, IProgress<string> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(progress);
        SdkRoslyn.Require();
        return AuditAsync(path, configuration, progress, cancellation);
    }

    // Mentions Roslyn's types: compiled only after they can be found.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<AuditReport> AuditAsync(string path, string configuration, IProgress<string> progress, CancellationToken cancellation)
    {
        using var projects = new GuestProjects(new Dictionary<string, string> { ["Configuration"] = configuration });
        var guests = await projects.OpenAsync(path, progress, cancellation).ConfigureAwait(false);
        var auditor = new ProjectAuditor(Path.GetDirectoryName(Path.GetFullPath(path))!, cancellation);
        foreach (var (project, compilation) in guests)
        {
            await auditor.AddAsync(project, compilation).ConfigureAwait(false);
        }

        return auditor.Report(Path.GetFileName(path), guests.Select(guest => guest.Project.AssemblyName));
    }
}
