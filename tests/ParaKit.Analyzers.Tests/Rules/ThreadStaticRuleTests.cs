using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class ThreadStaticRuleTests
{
    private const string Marked = "static class Kernel { [System.ThreadStatic] static int {|PK0104:s_depth|}; }";

    [Fact]
    public Task ThreadStaticField_IsReported() => Check.MatchesAsync<ThreadStaticRule>(Marked);

    [Fact]
    public Task OrdinaryStatic_IsNotReported() => Check.MatchesAsync<ThreadStaticRule>(
        "static class Kernel { static int s_depth; [System.NonSerialized] static readonly int s_other = 4; }");

    [Fact]
    public Task OutsideAGuest_IsNotReported() => Check.MatchesAsync<ThreadStaticRule>(MarkedSource.Parse(Marked).Text, mode: null);

    [Fact]
    public async Task EditorConfig_LowersTheSeverity()
    {
        var diagnostics = await Check.ReportAsync<ThreadStaticRule>(
            GuestCompilation.Create(MarkedSource.Parse(Marked).Text), editorConfig: "[*.cs]\ndotnet_diagnostic.PK0104.severity = warning");
        Assert.NotEmpty(diagnostics);
        Assert.All(diagnostics, diagnostic => Assert.Equal(DiagnosticSeverity.Warning, diagnostic.Severity));
    }
}
