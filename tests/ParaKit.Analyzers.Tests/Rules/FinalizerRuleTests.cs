using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class FinalizerRuleTests
{
    private const string Marked = "class Buffer { ~{|PK0102:Buffer|}() { } }";

    [Fact]
    public Task Finalizer_IsReported() => Check.MatchesAsync<FinalizerRule>(Marked);

    [Fact]
    public Task DisposeAndComplement_AreNotReported() => Check.MatchesAsync<FinalizerRule>(
        "sealed class Buffer : System.IDisposable { public void Dispose() { } static int M(int a) => ~a; void Finalize(int a) { } }");

    [Fact]
    public Task OutsideAGuest_IsNotReported() => Check.MatchesAsync<FinalizerRule>(MarkedSource.Parse(Marked).Text, mode: null);

    [Fact]
    public async Task EditorConfig_LowersTheSeverity()
    {
        var diagnostics = await Check.ReportAsync<FinalizerRule>(
            GuestCompilation.Create(MarkedSource.Parse(Marked).Text), editorConfig: "[*.cs]\ndotnet_diagnostic.PK0102.severity = warning");
        Assert.NotEmpty(diagnostics);
        Assert.All(diagnostics, diagnostic => Assert.Equal(DiagnosticSeverity.Warning, diagnostic.Severity));
    }
}
