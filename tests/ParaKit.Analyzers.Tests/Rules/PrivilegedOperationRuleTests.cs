using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class PrivilegedOperationRuleTests
{
    [Theory]
    [InlineData("native")]
    [InlineData("paravirt")]
    [InlineData(null)]
    public Task Call_OfPrivilegedStoreAndPlatformOperations_IsReported(string? mode) => Check.MatchesAsync<PrivilegedOperationRule>("""
        using ParaKit.Guest;
        static class Kernel
        {
            static ulong s_root = {|PK0001:X86.ReadCr3()|};
            static void M()
            {
                {|PK0001:X86.WriteCr3({|PK0001:X86.ReadCr3()|} + 1)|};
                {|PK0001:X86.Out(0x3f8, 1u)|};
                {|PK0001:s_root.Set(5)|};
                System.Action stop = () => {|PK0001:X86.Hlt()|};
            }
        }
        """, mode);

    [Fact]
    public Task InnocuousNativeAndOtherCode_IsNotReported() => Check.MatchesAsync<PrivilegedOperationRule>("""
        using ParaKit.Guest;
        static class Kernel
        {
            static void M() { X86.Pause(); System.Console.WriteLine(nameof(X86.Cli)); X86.Popf(0); }
            [NativeOnly] static void Early() => X86.Hlt();
        }
        [NativeOnly] static class Native { static void M() => X86.Hlt(); }
        static class Ops
        {
            [Sensitive("sti; hlt", Sensitivity.Privileged, Paravirtual = typeof(PvOps))] public static void Idle() => X86.Hlt();
        }
        static class PvOps { public static void Idle() => X86.Hlt(); }
        """);

    [Fact]
    public Task UnprivilegedOperation_AlreadyRewritten_IsReportedHere() =>
        Check.MatchesAsync<PrivilegedOperationRule>("class Kernel { void M() => {|PK0001:ParaKit.Guest.X86.Popf(0)|}; }", "paravirt");

    [Fact]
    public async Task Message_SaysWhatItBecomesInEachTechnique()
    {
        Diagnostic diagnostic = Assert.Single(await Check.ReportAsync<PrivilegedOperationRule>(
            GuestCompilation.Create("class Kernel { void M() => ParaKit.Guest.X86.Cli(); }")));
        Assert.Equal(
            "'X86.Cli' is privileged; native: 'cli' as written; trap: #GP(0); paravirt: evtchn_upcall_mask = 1",
            diagnostic.GetMessage(null));
        Assert.Equal(DiagnosticSeverity.Info, diagnostic.Severity);
    }

    [Fact]
    public async Task GeneratedInterceptors_AreNotReportedASecondTime()
    {
        GeneratorRun run = GeneratorRun.Start<ParaKit.Generators.PrivilegedCallGenerator>(
            GuestCompilation.Create("class Kernel { void M() => ParaKit.Guest.X86.Cli(); }"), "paravirt");
        Assert.Single(run.Texts);
        Assert.Single(await Check.ReportAsync<PrivilegedOperationRule>(run.Output, "paravirt"));
    }

    [Theory]
    [InlineData("warning", DiagnosticSeverity.Warning)]
    [InlineData("error", DiagnosticSeverity.Error)]
    public async Task EditorConfig_RaisesTheSeverity(string severity, DiagnosticSeverity expected)
    {
        Diagnostic diagnostic = Assert.Single(await Check.ReportAsync<PrivilegedOperationRule>(
            GuestCompilation.Create("class Kernel { void M() => ParaKit.Guest.X86.Cli(); }"),
            editorConfig: $"[*.cs]\ndotnet_diagnostic.PK0001.severity = {severity}"));
        Assert.Equal(expected, diagnostic.Severity);
    }
}
