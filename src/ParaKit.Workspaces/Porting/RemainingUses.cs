using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using ParaKit.Workspaces.Auditing;

namespace ParaKit.Workspaces.Porting;

/// <summary>Audits a ported project: what is left is for its author.</summary>
internal sealed class RemainingUses(ProjectPaths paths, CancellationToken cancellation)
{
    internal async Task<ImmutableArray<RemainingUse>> FindAsync(Project project)
    {
        var auditor = new ProjectAuditor(paths.Root, cancellation);
        await auditor.AddAsync(project, (await project.GetCompilationAsync(cancellation).ConfigureAwait(false))!).ConfigureAwait(false);
        return
        [
            .. auditor.Report("", []).Uses
                .Where(use => use.Rewriting is not (Rewriting.Unneeded or Rewriting.NativeOnly))
                .Select(use => new RemainingUse(use.File, use.Line, use.Operation, use.Problem ?? "this form of call cannot be written as a call of the counterpart")),
        ];
    }
}
