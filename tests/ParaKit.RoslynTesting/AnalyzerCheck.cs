using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ParaKit.RoslynTesting;

/// <summary>Runs one rule over marked sources and compares what it reports with the marks.</summary>
public static class AnalyzerCheck
{
    /// <summary>Fails unless the rule reports exactly the marked spans.</summary>
    /// <param name="marked">Source with <c>{|PK0001:code|}</c> marks.</param>
    /// <param name="mode">Value of <c>ParaKitMode</c>; null when the compilation is not a guest's.</param>
    /// <exception cref="AnalyzerCheckException">The source does not compile, or diagnostics and marks differ.</exception>
    public static async Task MatchesAsync<TRule>(string marked, string? mode = "native")
        where TRule : DiagnosticAnalyzer, new()
    {
        MarkedSource source = MarkedSource.Parse(marked);
        CSharpCompilation compilation = GuestCompilation.Create(source.Text);
        RequireValid(compilation);
        ImmutableArray<Diagnostic> actual = await ReportAsync<TRule>(compilation, mode).ConfigureAwait(false);
        var missing = source.Expected.ToList();
        List<string> problems = [];
        foreach (Diagnostic diagnostic in actual)
        {
            if (!missing.Remove((diagnostic.Id, diagnostic.Location.SourceSpan)))
            {
                problems.Add($"unexpected: {diagnostic}");
            }
        }

        problems.AddRange(missing.Select(mark => $"missing: {mark.Id} at '{source.Text.Substring(mark.Span.Start, mark.Span.Length)}'"));
        if (problems.Count > 0)
        {
            throw new AnalyzerCheckException(string.Join('\n', problems));
        }
    }

    /// <summary>What the rule reports, in source order.</summary>
    /// <param name="compilation">The guest; errors in it are not looked at.</param>
    /// <param name="mode">Value of <c>ParaKitMode</c>; null when the compilation is not a guest's.</param>
    /// <param name="editorConfig">Text of an <c>.editorconfig</c> beside the sources.</param>
    public static Task<ImmutableArray<Diagnostic>> ReportAsync<TRule>(CSharpCompilation compilation, string? mode = "native", string? editorConfig = null)
        where TRule : DiagnosticAnalyzer, new() => ReportAsync([new TRule()], compilation, mode, editorConfig);

    /// <summary>What several rules report, in source order; a rule that throws is reported as AD0001.</summary>
    /// <param name="rules">The rules, run together as the compiler does.</param>
    /// <param name="compilation">The guest; errors in it are not looked at.</param>
    /// <param name="mode">Value of <c>ParaKitMode</c>; null when the compilation is not a guest's.</param>
    /// <param name="editorConfig">Text of an <c>.editorconfig</c> beside the sources.</param>
    public static async Task<ImmutableArray<Diagnostic>> ReportAsync(
        ImmutableArray<DiagnosticAnalyzer> rules, CSharpCompilation compilation, string? mode = "native", string? editorConfig = null)
    {
        ArgumentNullException.ThrowIfNull(compilation);
        CSharpCompilationOptions options = compilation.Options.WithGeneralDiagnosticOption(ReportDiagnostic.Default);
        if (editorConfig is not null)
        {
            options = options.WithSyntaxTreeOptionsProvider(new EditorConfig(editorConfig));
        }

        CompilationWithAnalyzers analysis = compilation.WithOptions(options).WithAnalyzers(
            rules,
            new CompilationWithAnalyzersOptions(
                new AnalyzerOptions([], new BuildProperties(mode)),
                onAnalyzerException: null,
                concurrentAnalysis: true,
                logAnalyzerExecutionTime: false));
        ImmutableArray<Diagnostic> diagnostics = await analysis.GetAnalyzerDiagnosticsAsync().ConfigureAwait(false);
        return [.. diagnostics.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)];
    }

    private static void RequireValid(CSharpCompilation compilation)
    {
        Diagnostic[] errors = [.. compilation.GetDiagnostics().Where(diagnostic => diagnostic.DefaultSeverity == DiagnosticSeverity.Error)];
        if (errors.Length > 0)
        {
            throw new AnalyzerCheckException("The source does not compile:\n" + string.Join('\n', errors.AsEnumerable()));
        }
    }
}
