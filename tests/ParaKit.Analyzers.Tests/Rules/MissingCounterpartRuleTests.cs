using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class MissingCounterpartRuleTests
{
    private const string Call = "class Kernel { void M() { {|PK0005:ParaKit.Guest.X86.Wrmsr(1, 2)|}; } }";

    [Fact]
    public Task Call_Paravirt_IsReported() => Check.MatchesAsync<MissingCounterpartRule>(Call, "paravirt");

    [Theory]
    [InlineData("native")]
    [InlineData(null)]
    public Task Call_OtherModes_IsNotReported(string? mode) =>
        Check.MatchesAsync<MissingCounterpartRule>(MarkedSource.Parse(Call).Text, mode);

    [Fact]
    public Task InnocuousReplacedAndNativeCalls_AreNotReported() => Check.MatchesAsync<MissingCounterpartRule>("""
        using ParaKit.Guest;
        static class Kernel
        {
            static void M() { X86.Pause(); X86.Cli(); }
            [NativeOnly] static void Early() => X86.Wrmsr(1, 2);
        }
        static class Ops
        {
            [Sensitive("wrmsr", Sensitivity.Privileged, Paravirtual = typeof(PvOps))] public static void Start() => X86.Wrmsr(1, 2);
        }
        static class PvOps { public static void Start() => X86.Wrmsr(1, 2); }
        """, "paravirt");

    [Fact]
    public async Task Message_NamesOperationAndConsequence()
    {
        Diagnostic diagnostic = Assert.Single(await Check.ReportAsync<MissingCounterpartRule>(
            GuestCompilation.Create(MarkedSource.Parse(Call).Text), "paravirt"));
        Assert.Equal(
            "'X86.Wrmsr' has no paravirtual counterpart, so the paravirtual image would execute 'wrmsr': #GP(0); name a counterpart in its [Sensitive] attribute or mark this code [NativeOnly]",
            diagnostic.GetMessage(null));
    }

    [Fact]
    public async Task EditorConfig_LowersTheSeverity() => Assert.Equal(
        DiagnosticSeverity.Warning,
        Assert.Single(await Check.ReportAsync<MissingCounterpartRule>(
            GuestCompilation.Create(MarkedSource.Parse(Call).Text), "paravirt", "[*.cs]\ndotnet_diagnostic.PK0005.severity = warning")).Severity);
}
