using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ParaKit.Workspaces.Porting;

/// <summary>
/// Applies the code fixes of the rules about sensitive operations: those that the project's own build loads, so that a port does what the
/// editor offers. Rules about other things are the author's to decide.
/// </summary>
internal sealed class CodeFixes
{
    private const string Category = "ParaKit.Sensitive";

    private readonly CancellationToken _cancellation;
    private readonly ImmutableArray<CodeFixProvider> _providers;
    private readonly ImmutableArray<DiagnosticAnalyzer> _analyzers;

    internal CodeFixes(Project project, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        _providers = [.. project.AnalyzerReferences.OfType<AnalyzerFileReference>().SelectMany(Providers)];
        HashSet<string> fixable = [.. _providers.SelectMany(provider => provider.FixableDiagnosticIds)];
        _analyzers =
        [
            .. project.AnalyzerReferences.SelectMany(reference => reference.GetAnalyzers(LanguageNames.CSharp))
                .Where(analyzer => analyzer.SupportedDiagnostics.Any(rule => rule.Category == Category && fixable.Contains(rule.Id))),
        ];
    }

    /// <summary>The project with everything fixed that can be; the same project when nothing can.</summary>
    internal async Task<Project> ApplyAsync(Project project, IDictionary<string, int> counts)
    {
        if (_analyzers.IsEmpty)
        {
            return project;
        }

        foreach (var provider in _providers)
        {
            var found = await FindAsync(project, provider).ConfigureAwait(false);
            foreach (var diagnostics in found.GroupBy(diagnostic => project.GetDocument(diagnostic.Location.SourceTree)).Where(group => group.Key is not null))
            {
                project = await FixAsync(project, diagnostics.Key!.Id, provider, [.. diagnostics], counts).ConfigureAwait(false);
            }
        }

        return project;
    }

    private async Task<ImmutableArray<Diagnostic>> FindAsync(Project project, CodeFixProvider provider)
    {
        var compilation = await project.GetCompilationAsync(_cancellation).ConfigureAwait(false);
        var found = await compilation!.WithAnalyzers(_analyzers, project.AnalyzerOptions).GetAnalyzerDiagnosticsAsync(_cancellation).ConfigureAwait(false);
        return [.. found.Where(diagnostic => !diagnostic.IsSuppressed && diagnostic.Descriptor.Category == Category && provider.FixableDiagnosticIds.Contains(diagnostic.Id))];
    }

    // All of a document in one go, as Fix All does: positions stay valid, and documents do not affect each other's.
    private async Task<Project> FixAsync(
        Project project, DocumentId id, CodeFixProvider provider, ImmutableArray<Diagnostic> diagnostics, IDictionary<string, int> counts)
    {
        var document = project.GetDocument(id)!;
        ImmutableArray<Diagnostic> fixable = [];
        string? key = null;
        foreach (var diagnostic in diagnostics)
        {
            var actions = new List<CodeAction>();
            await provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), _cancellation)).ConfigureAwait(false);
            if (actions is [var first, ..])
            {
                key ??= first.EquivalenceKey;
                fixable = fixable.Add(diagnostic);
            }
        }

        if (fixable.IsEmpty || provider.GetFixAllProvider() is not { } fixAll)
        {
            return project;
        }

        var context = new FixAllContext(document, provider, FixAllScope.Document, key, provider.FixableDiagnosticIds, new Known(fixable), _cancellation);
        var fix = await fixAll.GetFixAsync(context).ConfigureAwait(false);
        var operations = fix is null ? [] : await fix.GetOperationsAsync(_cancellation).ConfigureAwait(false);
        if (operations.OfType<ApplyChangesOperation>().SingleOrDefault() is not { } change)
        {
            return project;
        }

        foreach (var rule in fixable.GroupBy(diagnostic => diagnostic.Id))
        {
            counts[rule.Key] = counts.TryGetValue(rule.Key, out var before) ? before + rule.Count() : rule.Count();
        }

        return change.ChangedSolution.GetProject(project.Id)!;
    }

    private static IEnumerable<CodeFixProvider> Providers(AnalyzerFileReference reference) => reference.GetAssembly().GetTypes()
        .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(CodeFixProvider)) && type.GetCustomAttribute<ExportCodeFixProviderAttribute>() is not null)
        .OrderBy(type => type.FullName, StringComparer.Ordinal)
        .Select(type => (CodeFixProvider)Activator.CreateInstance(type)!);

    private sealed class Known(ImmutableArray<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            Task.FromResult(diagnostics.Where(diagnostic => diagnostic.Location.SourceTree?.FilePath == document.FilePath));

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
