using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class UnbatchedHypercallRuleTests
{
    [Theory]
    [InlineData("for (ulong i = 0; i < n; i++) { {|PK0304:Hypercall.UpdateVaMapping(i, i, 0)|}; }")]
    [InlineData("while (n-- > 0) { _ = {|PK0304:Hypercall.UpdateVaMapping(n, n, 0)|}; }")]
    [InlineData("do { if ({|PK0304:Hypercall.FpuTaskswitch(1)|} < 0) { Platform.Fail(\"fpu\"); } } while (n-- > 0);")]
    [InlineData("foreach (ulong a in new ulong[4]) { if ({|PK0304:Hypercall.UpdateVaMapping(a, 0, 0)|} != 0) throw new System.InvalidOperationException(); }")]
    public Task Hypercalls_InALoop_AreReported(string statement) => AnalyzerCheck.MatchesAsync<UnbatchedHypercallRule>(Method(statement));

    [Theory]
    [InlineData("Hypercall.UpdateVaMapping(n, n, 0); Hypercall.UpdateVaMapping(n + 1, n, 0);")]
    [InlineData("while (n-- > 0) { if (Hypercall.UpdateVaMapping(n, n, 0) < 0) { break; } }")]
    [InlineData("while (Hypercall.FpuTaskswitch(1) < 0) { }")]
    [InlineData("while (n-- > 0) { Hypercall.SchedulerOp(1, null); }")]
    [InlineData("long sum = 0; while (n-- > 0) { sum += Hypercall.UpdateVaMapping(n, n, 0); }")]
    [InlineData("using (var m = new Multicall(stackalloc ParaKit.Abi.MulticallEntry[4])) { while (n-- > 0) { m.UpdateVaMapping(n, n, 0); } }")]
    public Task AnswersThatDecide_AndOtherCalls_AreNotReported(string statement) => AnalyzerCheck.MatchesAsync<UnbatchedHypercallRule>(Method(statement));

    [Fact]
    public async Task EditorConfig_RaisesTheSeverity() => Assert.Equal(
        DiagnosticSeverity.Warning,
        Assert.Single(await AnalyzerCheck.ReportAsync<UnbatchedHypercallRule>(
            GuestCompilation.Create(Method("while (n-- > 0) { Hypercall.FpuTaskswitch(1); }")), editorConfig: "[*.cs]\ndotnet_diagnostic.PK0304.severity = warning")).Severity);

    private static string Method(string statements) => $$"""
        using ParaKit.Guest;
        using ParaKit.Guest.Xen;
        static unsafe class Kernel
        {
            static void M(ulong n) { {{statements}} }
        }
        """;
}
