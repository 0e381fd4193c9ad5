using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ParaKit.Workspaces.Fixing;

/// <summary>Runs the analyzers and code fixes that a project itself brings, as its editor would.</summary>
internal sealed class ProjectFixer
{
    private const string RulePrefix = "PK";
    private const int MaximumPasses = 20;

    private readonly ImmutableArray<DiagnosticAnalyzer> _rules;
    private readonly ImmutableArray<CodeFixProvider> _fixes;
    private readonly string _folder;
    private readonly CancellationToken _cancellation;

    internal ProjectFixer(Project project, CancellationToken cancellation)
    {
        _rules = [.. project.AnalyzerReferences.SelectMany(reference => reference.GetAnalyzers(LanguageNames.CSharp))
            .Where(rule => rule.SupportedDiagnostics.Any(IsRule))];
        _fixes = [.. project.AnalyzerReferences.OfType<AnalyzerFileReference>()
            .Where(reference => Path.GetFileName(reference.FullPath) == "ParaKit.CodeFixes.dll")
            .SelectMany(reference => reference.GetAssembly().GetTypes())
            .Where(type => type.IsDefined(typeof(ExportCodeFixProviderAttribute), inherit: false))
            .Select(type => (CodeFixProvider)Activator.CreateInstance(type)!)];
        _folder = Path.GetDirectoryName(project.FilePath)!;
        _cancellation = cancellation;
    }

    internal async Task<FixReport> RunAsync(Project project)
    {
        ImmutableArray<Diagnostic> before = await DiagnoseAsync(project).ConfigureAwait(false);
        Project current = project;
        int passes = 0;
        for (Project? next = project; next is not null && passes < MaximumPasses; passes++)
        {
            current = next;
            next = await FixOnceAsync(current).ConfigureAwait(false);
        }

        return new FixReport
        {
            Rules = [.. _rules.SelectMany(rule => rule.SupportedDiagnostics).Where(IsRule).Select(rule => rule.Id).Distinct().Order(StringComparer.Ordinal)],
            FixableRules = [.. _fixes.SelectMany(fix => fix.FixableDiagnosticIds).Distinct().Order(StringComparer.Ordinal)],
            Before = Findings(before),
            After = Findings(await DiagnoseAsync(current).ConfigureAwait(false)),
            ChangedFiles = await ChangesAsync(project, current).ConfigureAwait(false),
            NewErrors = [.. (await ErrorsAsync(current).ConfigureAwait(false)).Except(await ErrorsAsync(project).ConfigureAwait(false))],
            Passes = passes,
        };
    }

    // One document and one fix at a time: what the next one sees is already changed. Null when nothing changes any more.
    private async Task<Project?> FixOnceAsync(Project project)
    {
        Solution solution = project.Solution;
        foreach (CodeFixProvider fix in _fixes)
        {
            foreach (DocumentId id in project.DocumentIds)
            {
                Document document = solution.GetDocument(id)!;
                ImmutableArray<Diagnostic> reported = await DiagnoseAsync(document.Project).ConfigureAwait(false);
                SyntaxTree? tree = await document.GetSyntaxTreeAsync(_cancellation).ConfigureAwait(false);
                solution = await FixAsync(fix, document, [.. reported.Where(diagnostic => diagnostic.Location.SourceTree == tree && fix.FixableDiagnosticIds.Contains(diagnostic.Id))]).ConfigureAwait(false);
            }
        }

        return solution == project.Solution ? null : solution.GetProject(project.Id);
    }

    private async Task<Solution> FixAsync(CodeFixProvider fix, Document document, ImmutableArray<Diagnostic> diagnostics)
    {
        if (await FirstActionAsync(fix, document, diagnostics).ConfigureAwait(false) is not { } first)
        {
            return document.Project.Solution;
        }

        FixAllContext context = new(document, fix, FixAllScope.Document, first.EquivalenceKey, fix.FixableDiagnosticIds, new Known(diagnostics), _cancellation);
        CodeAction? all = await fix.GetFixAllProvider()!.GetFixAsync(context).ConfigureAwait(false);
        ImmutableArray<CodeActionOperation> operations = await (all ?? first).GetOperationsAsync(_cancellation).ConfigureAwait(false);
        return operations.OfType<ApplyChangesOperation>().SingleOrDefault()?.ChangedSolution ?? document.Project.Solution;
    }

    private async Task<CodeAction?> FirstActionAsync(CodeFixProvider fix, Document document, ImmutableArray<Diagnostic> diagnostics)
    {
        CodeAction? first = null;
        foreach (Diagnostic diagnostic in diagnostics)
        {
            await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => first ??= action, _cancellation)).ConfigureAwait(false);
        }

        return first;
    }

    private async Task<ImmutableArray<Diagnostic>> DiagnoseAsync(Project project)
    {
        Compilation compilation = (await project.GetCompilationAsync(_cancellation).ConfigureAwait(false))!;
        var options = new CompilationWithAnalyzersOptions(
            project.AnalyzerOptions, onAnalyzerException: null, concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        ImmutableArray<Diagnostic> all = await compilation.WithAnalyzers(_rules, options).GetAnalyzerDiagnosticsAsync(_cancellation).ConfigureAwait(false);

        // A rule that throws must not look like one that is satisfied.
        return all.FirstOrDefault(static diagnostic => diagnostic.Id == "AD0001") is { } failure
            ? throw new InvalidOperationException(failure.GetMessage(null))
            : [.. all.Where(diagnostic => IsRule(diagnostic.Descriptor))];
    }

    private async Task<IEnumerable<string>> ErrorsAsync(Project project)
    {
        Compilation compilation = (await project.GetCompilationAsync(_cancellation).ConfigureAwait(false))!;
        return compilation.GetDiagnostics(_cancellation).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => $"{diagnostic.Id}: {diagnostic.GetMessage(null)}");
    }

    private async Task<IReadOnlyDictionary<string, string>> ChangesAsync(Project before, Project after)
    {
        SortedDictionary<string, string> changed = new(StringComparer.Ordinal);
        foreach (DocumentId id in after.GetChanges(before).GetChangedDocuments())
        {
            Document document = after.GetDocument(id)!;
            changed[Relative(document.FilePath!)] = (await document.GetTextAsync(_cancellation).ConfigureAwait(false)).ToString();
        }

        return changed;
    }

    private RuleFinding[] Findings(ImmutableArray<Diagnostic> diagnostics) =>
    [
        .. diagnostics.Select(diagnostic => (diagnostic.Id, Place: diagnostic.Location.GetLineSpan()))
            .Select(found => new RuleFinding(found.Id, Relative(found.Place.Path), found.Place.StartLinePosition.Line + 1))
            .OrderBy(finding => finding.File, StringComparer.Ordinal).ThenBy(finding => finding.Line).ThenBy(finding => finding.Rule, StringComparer.Ordinal),
    ];

    private string Relative(string path) => Path.GetRelativePath(_folder, path).Replace('\\', '/');

    private static bool IsRule(DiagnosticDescriptor rule) => rule.Id.StartsWith(RulePrefix, StringComparison.Ordinal);

    private sealed class Known(ImmutableArray<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult(diagnostics.AsEnumerable());

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            Task.FromResult(diagnostics.AsEnumerable());

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult(Enumerable.Empty<Diagnostic>());
    }
}
