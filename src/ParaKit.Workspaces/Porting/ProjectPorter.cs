using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using ParaKit.Workspaces.Auditing;

namespace ParaKit.Workspaces.Porting;

/// <summary>
/// Ports one project, to a fixpoint: code fixes make what cannot be rewritten rewritable, then each call that the paravirtual build
/// intercepts becomes a call of its counterpart.
/// </summary>
internal sealed class ProjectPorter
{
    private const int MaximumRounds = 16;

    private readonly Project _original;
    private readonly ProjectPaths _paths;
    private readonly IProgress<string> _progress;
    private readonly CancellationToken _cancellation;
    private readonly SortedDictionary<string, int> _calls = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _fixes = new(StringComparer.Ordinal);

    internal ProjectPorter(Project project, IProgress<string> progress, CancellationToken cancellation)
    {
        var folder = Path.GetDirectoryName(project.FilePath!)!;
        _original = project;
        _paths = new ProjectPaths(project.AssemblyName, folder, folder);
        _progress = progress;
        _cancellation = cancellation;
    }

    internal async Task<PortReport> PortAsync()
    {
        await RequireCompilesAsync(_original, "does not compile; a port starts from source that does").ConfigureAwait(false);
        var ported = await ReachFixpointAsync().ConfigureAwait(false);
        await RequireCompilesAsync(ported, "does not compile after the port, so nothing is written").ConfigureAwait(false);
        return new PortReport
        {
            Project = _original.FilePath!,
            Files = [.. await ChangedAsync(ported).ConfigureAwait(false), .. ChangedProject()],
            Calls = _calls.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Fixes = _fixes.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Remaining = await new RemainingUses(_paths, _cancellation).FindAsync(ported).ConfigureAwait(false),
        };
    }

    private async Task<Project> ReachFixpointAsync()
    {
        var fixes = new CodeFixes(_original, _cancellation);
        var project = _original;
        for (var round = 1; round <= MaximumRounds; round++)
        {
            _progress.Report($"Round {round}: code fixes");
            var changed = await fixes.ApplyAsync(project, _fixes).ConfigureAwait(false);
            _progress.Report($"Round {round}: calls");
            changed = await new CallRewriter(_calls, _cancellation).RewriteAsync(changed).ConfigureAwait(false);
            if (changed == project)
            {
                return project;
            }

            project = changed;
        }

        throw new InvalidOperationException($"The port of {_paths.Project} does not come to an end.");
    }

    private async Task RequireCompilesAsync(Project project, string otherwise)
    {
        var compilation = await project.GetCompilationAsync(_cancellation).ConfigureAwait(false);
        string[] errors =
        [
            .. compilation!.GetDiagnostics(_cancellation).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Select(diagnostic => DiagnosticText.Of(diagnostic, _paths)),
        ];
        if (errors.Length > 0)
        {
            throw new GuestLoadException($"'{_original.FilePath}' {otherwise}.", errors);
        }
    }

    private async Task<IReadOnlyList<PortedFile>> ChangedAsync(Project ported)
    {
        List<PortedFile> files = [];
        foreach (var id in ported.GetChanges(_original).GetChangedDocuments())
        {
            var before = await _original.GetDocument(id)!.GetTextAsync(_cancellation).ConfigureAwait(false);
            var after = await ported.GetDocument(id)!.GetTextAsync(_cancellation).ConfigureAwait(false);
            files.Add(new PortedFile(_paths.InProject(ported.GetDocument(id)!.FilePath!), before.ToString(), after.ToString()));
        }

        return [.. files.Where(file => file.Before != file.After).OrderBy(file => file.Path, StringComparer.Ordinal)];
    }

    private IEnumerable<PortedFile> ChangedProject()
    {
        var text = File.ReadAllText(_original.FilePath!);
        var changed = ProjectFile.TurnRewritingOff(text);
        return changed == text ? [] : [new PortedFile(Path.GetFileName(_original.FilePath!), text, changed)];
    }
}
