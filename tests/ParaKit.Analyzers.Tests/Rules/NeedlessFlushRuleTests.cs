using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class NeedlessFlushRuleTests
{
    [Theory]
    [InlineData("if ((PageTable.Read(e) & PageTable.Present) == 0) { PageTable.Write(e, v | PageTable.Present); {|PK0302:X86.Invlpg(a)|}; }")]
    [InlineData("ulong old = PageTable.Read(e); if ((old & PageTable.Present) == 0) { PageTable.Write(e, v | PageTable.Present); {|PK0302:X86.WriteCr3(X86.ReadCr3())|}; }")]
    [InlineData("ulong old = PageTable.Read(e); if ((old & PageTable.Present) != 0) { return; } PageTable.Write(e, v | PageTable.Present); {|PK0302:X86.Invlpg(a)|};")]
    [InlineData("if ((PageTable.Read(e) & PageTable.Present) != 0) throw new System.Exception(); if (a > 3) { PageTable.Write(e, PageTable.Present | v); {|PK0302:X86.Invlpg(a)|}; }")]
    public Task Flush_OfAnAbsentEntry_IsReported(string statement) => Check.MatchesAsync<NeedlessFlushRule>(Method(statement));

    [Theory]
    [InlineData("PageTable.Write(e, v | PageTable.Present); X86.Invlpg(a);")]
    [InlineData("if ((PageTable.Read(e) & PageTable.Present) != 0) { PageTable.Write(e, v | PageTable.Present); X86.Invlpg(a); }")]
    [InlineData("if ((PageTable.Read(e) & PageTable.Present) == 0) { } else { PageTable.Write(e, v | PageTable.Present); X86.Invlpg(a); }")]
    [InlineData("if ((PageTable.Read(e + 1) & PageTable.Present) == 0) { PageTable.Write(e, v | PageTable.Present); X86.Invlpg(a); }")]
    [InlineData("if ((PageTable.Read(e) & PageTable.Present) == 0) { PageTable.Write(e, v & ~PageTable.Present); X86.Invlpg(a); }")]
    [InlineData("if ((PageTable.Read(e) & PageTable.Present) == 0) { PageTable.Write(e, v | PageTable.Present); X86.WriteCr3(a); }")]
    [InlineData("if ((PageTable.Read(e) & PageTable.Present) == 0) { PageTable.Write(e, v | PageTable.Present); } X86.Invlpg(a);")]
    [InlineData("PageTable.Write(e, 0); X86.Invlpg(a);")]
    public Task OtherFlushes_AreNotReported(string statement) => Check.MatchesAsync<NeedlessFlushRule>(Method(statement));

    [Fact]
    public async Task EditorConfig_RaisesTheSeverity() => Assert.Equal(
        DiagnosticSeverity.Warning,
        Assert.Single(await Check.ReportAsync<NeedlessFlushRule>(
            GuestCompilation.Create(Method("if ((PageTable.Read(e) & PageTable.Present) == 0) { PageTable.Write(e, v | PageTable.Present); X86.Invlpg(a); }")),
            editorConfig: "[*.cs]\ndotnet_diagnostic.PK0302.severity = warning")).Severity);

    private static string Method(string statements) =>
        $"using ParaKit.Guest; unsafe class Kernel {{ void M(ulong* e, ulong v, ulong a) {{ {statements} }} }}";
}
