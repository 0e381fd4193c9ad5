using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ParaKit.Workspaces.Auditing;

/// <summary>Audits the projects of a loaded workspace.</summary>
internal sealed class ProjectAuditor(string root, CancellationToken cancellation)
{
    private readonly HashSet<OperationUse> _uses = [];
    private readonly HashSet<SourceFile> _files = [];
    private readonly List<string> _errors = [];

    /// <summary>Adds what one compilation contains.</summary>
    internal async Task AddAsync(Project project, Compilation compilation)
    {
        var paths = new ProjectPaths(project.AssemblyName, Path.GetDirectoryName(project.FilePath) ?? root, root);
        var collector = new UseCollector(paths);
        Exception? failure = null;
        var options = new CompilationWithAnalyzersOptions(
            project.AnalyzerOptions, (exception, _, _) => failure ??= exception, concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        await compilation.WithAnalyzers([collector], options).GetAnalyzerDiagnosticsAsync(cancellation).ConfigureAwait(false);
        if (failure is not null)
        {
            // The driver only makes a diagnostic of it, and the audit would be silently incomplete.
            throw new InvalidOperationException($"The audit of {paths.Project} failed.", failure);
        }

        _uses.UnionWith(collector.Uses);
        _files.UnionWith(collector.Files);
        _errors.AddRange(compilation.GetDiagnostics(cancellation)
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => DiagnosticText.Of(diagnostic, paths)));
    }

    /// <summary>Everything in a stable order.</summary>
    internal AuditReport Report(string name, IEnumerable<string> projects) => new(name)
    {
        Projects = [.. projects.Distinct().Order(StringComparer.Ordinal)],
        Uses =
        [
            .. _uses.OrderBy(use => use.File, StringComparer.Ordinal).ThenBy(use => use.Line).ThenBy(use => use.Column)
                .ThenBy(use => use.EndLine).ThenBy(use => use.EndColumn).ThenBy(use => use.Operation, StringComparer.Ordinal),
        ],
        Files = [.. _files.OrderBy(file => file.File, StringComparer.Ordinal)],
        CompileErrors = [.. _errors.Distinct()],
    };
}
