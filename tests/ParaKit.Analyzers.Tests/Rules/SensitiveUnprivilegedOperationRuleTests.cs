using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class SensitiveUnprivilegedOperationRuleTests
{
    private const string Call = "class Kernel { ulong M() => {|PK0002:ParaKit.Guest.X86.Pushf()|}; }";

    [Theory]
    [InlineData("native")]
    [InlineData(null)]
    public Task Call_InAnImageThatMayBeDeprivileged_IsReported(string? mode) =>
        Check.MatchesAsync<SensitiveUnprivilegedOperationRule>(Call, mode);

    [Fact]
    public Task Call_Rewritten_IsNotReported() =>
        Check.MatchesAsync<SensitiveUnprivilegedOperationRule>(Unmarked(Call), "paravirt");

    [Fact]
    public Task Call_ParavirtWithoutCounterpart_IsReported() => Check.MatchesAsync<SensitiveUnprivilegedOperationRule>("""
        using ParaKit.Guest;
        static class Ops { [Sensitive("sgdt", Sensitivity.SensitiveUnprivileged)] public static void Sgdt() { } }
        static class Kernel { static void M() => {|PK0002:Ops.Sgdt()|}; }
        """, "paravirt");

    [Fact]
    public Task OtherOperationsAndNativeCode_AreNotReported() => Check.MatchesAsync<SensitiveUnprivilegedOperationRule>("""
        using ParaKit.Guest;
        static class Kernel
        {
            static void M() { X86.Cli(); X86.Pause(); }
            [NativeOnly] static void Early() => X86.Popf(0);
        }
        """);

    [Fact]
    public async Task Message_SaysWhatGoesWrong()
    {
        Diagnostic diagnostic = Assert.Single(await Check.ReportAsync<SensitiveUnprivilegedOperationRule>(
            GuestCompilation.Create("class Kernel { void M() => ParaKit.Guest.X86.Popf(0); }")));
        Assert.Equal(
            "'X86.Popf' ('popf') is sensitive but not privileged; deprivileged: IF silently keeps its old value; paravirt: evtchn_upcall_mask = !IF",
            diagnostic.GetMessage(null));
        Assert.Equal(DiagnosticSeverity.Warning, diagnostic.Severity);
    }

    [Fact]
    public async Task EditorConfig_SilencesTheRule() => Assert.Empty(await Check.ReportAsync<SensitiveUnprivilegedOperationRule>(
        GuestCompilation.Create(Unmarked(Call)), editorConfig: "[*.cs]\ndotnet_diagnostic.PK0002.severity = none"));

    private static string Unmarked(string marked) => MarkedSource.Parse(marked).Text;
}
