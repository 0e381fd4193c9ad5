using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class ModuleInitializerRuleTests
{
    private const string Marked =
        "static class Kernel { [System.Runtime.CompilerServices.ModuleInitializer] internal static void {|PK0103:Start|}() { } }";

    [Fact]
    public Task ModuleInitializer_IsReported() => Check.MatchesAsync<ModuleInitializerRule>(Marked);

    [Fact]
    public Task StaticConstructorAndOtherMethods_AreNotReported() => Check.MatchesAsync<ModuleInitializerRule>(
        "static class Kernel { static Kernel() { } [System.Obsolete] internal static void Start() { } }");

    [Fact]
    public Task OutsideAGuest_IsNotReported() => Check.MatchesAsync<ModuleInitializerRule>(MarkedSource.Parse(Marked).Text, mode: null);

    [Fact]
    public async Task EditorConfig_LowersTheSeverity()
    {
        var diagnostics = await Check.ReportAsync<ModuleInitializerRule>(
            GuestCompilation.Create(MarkedSource.Parse(Marked).Text), editorConfig: "[*.cs]\ndotnet_diagnostic.PK0103.severity = warning");
        Assert.NotEmpty(diagnostics);
        Assert.All(diagnostics, diagnostic => Assert.Equal(DiagnosticSeverity.Warning, diagnostic.Severity));
    }
}
