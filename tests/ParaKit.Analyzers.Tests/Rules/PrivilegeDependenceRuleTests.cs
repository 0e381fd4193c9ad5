using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class PrivilegeDependenceRuleTests
{
    [Theory]
    [InlineData("if ({|PK0007:(frame->Cs & 3) == 0|}) { }")]
    [InlineData("bool user = {|PK0007:(frame->Cs & 3) != 0|};")]
    [InlineData("if ({|PK0007:frame->Cs == Gdt.KernelCode|}) { }")]
    [InlineData("if ({|PK0007:frame->Ss is 0x10|}) { }")]
    [InlineData("ulong level = frame->Cs & 3; if ({|PK0007:level == 3|}) { }")]
    [InlineData("switch ({|PK0007:frame->Cs & 3|}) { case 0: break; }")]
    [InlineData("frame->Cs = {|PK0007:8|};")]
    [InlineData("frame->Ss = {|PK0007:Gdt.KernelData|};")]
    [InlineData("var made = new TrapFrame { Cs = {|PK0007:Gdt.UserCode|}, Ss = {|PK0007:0x23|} };")]
    public Task Frames_WithFixedSelectors_AreReported(string statement) => AnalyzerCheck.MatchesAsync<PrivilegeDependenceRule>(Method(statement));

    [Theory]
    [InlineData("if ({|PK0007:(X86.ReadCs() & 3) == 0|}) { }")]
    [InlineData("if ({|PK0007:X86.ReadSs() == 0x10|}) { }")]
    [InlineData("ushort cs = X86.ReadCs(); if ({|PK0007:(cs & 3) != 0|}) { }")]
    [InlineData("if ({|PK0007:X86.Sldt() != 0|}) { }")]
    [InlineData("bool fpu = {|PK0007:(X86.Smsw() & 8) == 0|};")]
    [InlineData("if ({|PK0007:X86.Lar(8) == 0|}) { }")]
    [InlineData("if ({|PK0007:!X86.Verr(8)|}) { }")]
    [InlineData("{|PK0007:X86.Sgdt(frame)|}; {|PK0007:X86.Sidt(frame)|};")]
    public async Task Answers_ThatDecide_AreReported(string statement)
    {
        await AnalyzerCheck.MatchesAsync<PrivilegeDependenceRule>(Method(statement));
        GeneratorRun run = GeneratorRun.Start<ParaKit.Generators.PrivilegedCallGenerator>(GuestCompilation.Create(MarkedSource.Parse(Method(statement)).Text), "paravirt");
        Assert.Empty(await AnalyzerCheck.ReportAsync<PrivilegeDependenceRule>(run.Output, "paravirt"));
    }

    [Theory]
    [InlineData("if (frame->FromUser) { }")]
    [InlineData("if (frame->Cs == X86.KernelCodeSelector()) { }")]
    [InlineData("ulong cs = frame->Cs; frame->Cs = cs; frame->Cs = X86.KernelCodeSelector();")]
    [InlineData("ushort cs = X86.ReadCs(); X86.WriteDs(cs);")]
    [InlineData("if ((frame->Rflags & 3) == 0 && frame->Vector == 14) { }")]
    [InlineData("if (X86.ReadCr3() == 0) { }")]
    public Task OtherUses_AreNotReported(string statement) => AnalyzerCheck.MatchesAsync<PrivilegeDependenceRule>(Method(statement));

    [Fact]
    public Task NativeOnlyCode_MayKnowItsLevel() => AnalyzerCheck.MatchesAsync<PrivilegeDependenceRule>("""
        using ParaKit.Guest;
        [NativeOnly]
        static unsafe class Boot { static bool M(TrapFrame* frame) => (frame->Cs & 3) == 0 && X86.ReadCs() == 8; }
        """);

    [Fact]
    public async Task Message_SaysWhatTellsIt()
    {
        Diagnostic diagnostic = Assert.Single(await AnalyzerCheck.ReportAsync<PrivilegeDependenceRule>(GuestCompilation.Create(Method("if (X86.Sldt() != 0) { }"))));
        Assert.StartsWith("'X86.Sldt' ('sldt') tells a deprivileged kernel", diagnostic.GetMessage(null), StringComparison.Ordinal);
        Assert.Equal(DiagnosticSeverity.Warning, diagnostic.Severity);
    }

    [Fact]
    public async Task EditorConfig_SilencesIt() => Assert.Empty(await AnalyzerCheck.ReportAsync<PrivilegeDependenceRule>(
        GuestCompilation.Create(Method("frame->Cs = 8;")), editorConfig: "[*.cs]\ndotnet_diagnostic.PK0007.severity = none"));

    private static string Method(string statements) => $$"""
        using ParaKit.Guest;
        static unsafe class Kernel
        {
            static void M(TrapFrame* frame) { {{statements}} }
        }
        """;
}
