using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace ParaKit.RoslynTesting;

/// <summary>Applies one rule's fix to sources, once or everywhere, and compares the result.</summary>
public static class FixCheck
{
    private const int MaximumPasses = 10;

    /// <summary>Fails unless the fix for the first diagnostic gives the expected text, which must compile.</summary>
    /// <exception cref="AnalyzerCheckException">Nothing was reported, no fix was offered, or the texts differ.</exception>
    public static async Task FixesAsync<TRule, TFix>(string source, string expected)
        where TRule : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        using AdhocWorkspace workspace = new();
        Document document = Add(workspace, source);
        ImmutableArray<Diagnostic> diagnostics = await ReportAsync<TRule, TFix>(document).ConfigureAwait(false);
        CodeAction action = await FindActionAsync<TFix>(document, diagnostics).ConfigureAwait(false)
            ?? throw new AnalyzerCheckException("No fix was offered.");
        await CompareAsync(await ApplyAsync(action, document).ConfigureAwait(false), expected).ConfigureAwait(false);
    }

    /// <summary>Fails unless Fix All, repeated until nothing changes, gives the expected text, which must compile.</summary>
    /// <exception cref="AnalyzerCheckException">The texts differ, or the passes do not come to an end.</exception>
    public static async Task FixesAllAsync<TRule, TFix>(string source, string expected)
        where TRule : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        using AdhocWorkspace workspace = new();
        Document document = Add(workspace, source);
        for (int pass = 0; pass < MaximumPasses; pass++)
        {
            ImmutableArray<Diagnostic> diagnostics = await ReportAsync<TRule, TFix>(document).ConfigureAwait(false);
            Document next = await FixAllOnceAsync<TFix>(document, diagnostics).ConfigureAwait(false);
            if (next == document)
            {
                await CompareAsync(document, expected).ConfigureAwait(false);
                return;
            }

            document = next;
        }

        throw new AnalyzerCheckException("Fix All does not come to an end.");
    }

    /// <summary>Fails if a fix is offered for anything that the rule reports, or if it reports nothing.</summary>
    /// <exception cref="AnalyzerCheckException">A fix is offered, or there is no diagnostic.</exception>
    public static async Task OffersNothingAsync<TRule, TFix>(string source)
        where TRule : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        using AdhocWorkspace workspace = new();
        Document document = Add(workspace, source);
        ImmutableArray<Diagnostic> diagnostics = await ReportAsync<TRule, TFix>(document).ConfigureAwait(false);
        if (diagnostics.IsEmpty)
        {
            throw new AnalyzerCheckException("Nothing was reported.");
        }

        if (await FindActionAsync<TFix>(document, diagnostics).ConfigureAwait(false) is { } action)
        {
            throw new AnalyzerCheckException($"'{action.Title}' was offered.");
        }
    }

    private static Document Add(AdhocWorkspace workspace, string source)
    {
        ProjectId project = ProjectId.CreateNewId();
        Solution solution = workspace.CurrentSolution
            .AddProject(ProjectInfo.Create(
                project, VersionStamp.Default, "Guest", "Guest", LanguageNames.CSharp,
                parseOptions: GuestCompilation.ParseOptions, compilationOptions: GuestCompilation.Options, metadataReferences: GuestReferences.All))
            .AddDocument(DocumentId.CreateNewId(project), "File0.cs", SourceText.From(source), filePath: GuestCompilation.Folder + "File0.cs");
        return solution.GetProject(project)!.Documents.Single();
    }

    // What an editor would show the fix.
    private static async Task<ImmutableArray<Diagnostic>> ReportAsync<TRule, TFix>(Document document)
        where TRule : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        var compilation = (CSharpCompilation)(await document.Project.GetCompilationAsync().ConfigureAwait(false))!;
        ImmutableArray<Diagnostic> reported = await AnalyzerCheck.ReportAsync<TRule>(compilation).ConfigureAwait(false);
        ImmutableArray<string> fixable = new TFix().FixableDiagnosticIds;
        return [.. reported.Where(diagnostic => fixable.Contains(diagnostic.Id))];
    }

    private static async Task<CodeAction?> FindActionAsync<TFix>(Document document, ImmutableArray<Diagnostic> diagnostics)
        where TFix : CodeFixProvider, new()
    {
        List<CodeAction> actions = [];
        foreach (Diagnostic diagnostic in diagnostics)
        {
            CodeFixContext context = new(document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None);
            await new TFix().RegisterCodeFixesAsync(context).ConfigureAwait(false);
        }

        return actions.FirstOrDefault();
    }

    private static async Task<Document> FixAllOnceAsync<TFix>(Document document, ImmutableArray<Diagnostic> diagnostics)
        where TFix : CodeFixProvider, new()
    {
        if (await FindActionAsync<TFix>(document, diagnostics).ConfigureAwait(false) is not { } first)
        {
            return document;
        }

        TFix fix = new();
        FixAllContext context = new(
            document, fix, FixAllScope.Document, first.EquivalenceKey, fix.FixableDiagnosticIds, new Known(diagnostics), CancellationToken.None);
        CodeAction? all = await fix.GetFixAllProvider()!.GetFixAsync(context).ConfigureAwait(false);
        return all is null ? document : await ApplyAsync(all, document).ConfigureAwait(false);
    }

    private static async Task<Document> ApplyAsync(CodeAction action, Document document)
    {
        ImmutableArray<CodeActionOperation> operations = await action.GetOperationsAsync(CancellationToken.None).ConfigureAwait(false);
        return operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
    }

    private static async Task CompareAsync(Document document, string expected)
    {
        string actual = (await document.GetTextAsync().ConfigureAwait(false)).ToString();
        if (actual != expected)
        {
            throw new AnalyzerCheckException($"Expected:\n{expected}\nbut the fix gives:\n{actual}");
        }

        Compilation compilation = (await document.Project.GetCompilationAsync().ConfigureAwait(false))!;

        // A declared hypercall gets its body from the generator.
        Diagnostic[] errors = [.. compilation.GetDiagnostics().Where(diagnostic => diagnostic is { DefaultSeverity: DiagnosticSeverity.Error, Id: not "CS8795" })];
        if (errors.Length > 0)
        {
            throw new AnalyzerCheckException("The fixed source does not compile:\n" + string.Join('\n', errors.AsEnumerable()));
        }
    }

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
