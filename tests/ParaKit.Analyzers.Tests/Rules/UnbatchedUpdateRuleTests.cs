using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class UnbatchedUpdateRuleTests
{
    [Theory]
    [InlineData("for (int i = 0; i < 8; i++) { {|PK0301:PageTable.Write(e + i, 0)|}; }")]
    [InlineData("while (n-- > 0) {|PK0301:PageTable.Write(e++, 0)|};")]
    [InlineData("do { if (n > 3) { {|PK0301:PageTable.Write(e, 0)|}; } } while (n-- > 0);")]
    [InlineData("foreach (int i in new int[3]) { {|PK0301:PageTable.Write(e + i, PageTable.Read(e + i) | 2)|}; }")]
    [InlineData("PageTable.Adopt(4, 1); for (int i = 0; i < 8; i++) { {|PK0301:PageTable.Write(e + i, 0)|}; }")]
    public Task Write_InALoop_IsReported(string statement) => Check.MatchesAsync<UnbatchedUpdateRule>(Method(statement));

    [Theory]
    [InlineData("PageTable.Write(e, 0); PageTable.Write(e + 1, 0);")]
    [InlineData("for (int i = 0; i < 8; i++) { PageTable.Read(e + i); } PageTable.Write(e, 0);")]
    [InlineData("for (int i = 0; i < 8; i++) { PageTable.Write(e + i, 0); } PageTable.Adopt(4, 1);")]
    [InlineData("for (int t = 0; t < 8; t++) { for (int i = 0; i < 8; i++) { PageTable.Write(e + i, 0); } PageTable.Adopt(4, 1); }")]
    [InlineData("while (n-- > 0) { System.Action a = () => PageTable.Write(_e, 0); }")]
    [InlineData("using var batch = new PageTableBatch(stackalloc PageTableUpdate[8]); for (int i = 0; i < 8; i++) { batch.Write(e + i, 0); }")]
    public Task OtherWrites_AreNotReported(string statement) => Check.MatchesAsync<UnbatchedUpdateRule>(Method(statement));

    [Fact]
    public async Task EditorConfig_RaisesTheSeverity() => Assert.Equal(
        DiagnosticSeverity.Warning,
        Assert.Single(await Check.ReportAsync<UnbatchedUpdateRule>(
            GuestCompilation.Create(Method("while (n-- > 0) PageTable.Write(e++, 0);")), editorConfig: "[*.cs]\ndotnet_diagnostic.PK0301.severity = warning")).Severity);

    private static string Method(string statements) =>
        $"using ParaKit.Guest; unsafe class Kernel {{ static ulong* _e; void M(ulong* e, int n) {{ {statements} }} }}";
}
