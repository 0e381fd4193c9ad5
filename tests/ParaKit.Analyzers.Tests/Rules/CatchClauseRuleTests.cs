using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class CatchClauseRuleTests
{
    private const string Marked = """
        class Kernel
        {
            void M()
            {
                try { M(); } {|PK0101:catch|} (System.InvalidOperationException e) when (e.Message.Length > 0) { } {|PK0101:catch|} { }
                try { M(); } {|PK0101:catch|} (System.Exception) { throw; } finally { M(); }
                System.Action lambda = () => { try { M(); } {|PK0101:catch|} { } };
            }
        }
        """;

    [Theory]
    [InlineData("native")]
    [InlineData("paravirt")]
    public Task Catch_IsReported(string mode) => Check.MatchesAsync<CatchClauseRule>(Marked, mode);

    [Fact]
    public Task FinallyUsingAndThrow_AreNotReported() => Check.MatchesAsync<CatchClauseRule>("""
        sealed class Kernel : System.IDisposable
        {
            public void Dispose() { }
            static void M()
            {
                try { M(); } finally { M(); }
                using Kernel kernel = new();
                using (new Kernel()) { M(); }
                throw new System.InvalidOperationException();
            }
        }
        """);

    [Fact]
    public Task OutsideAGuest_IsNotReported() => Check.MatchesAsync<CatchClauseRule>(MarkedSource.Parse(Marked).Text, mode: null);

    [Fact]
    public async Task EditorConfig_LowersTheSeverity()
    {
        var diagnostics = await Check.ReportAsync<CatchClauseRule>(
            GuestCompilation.Create(MarkedSource.Parse(Marked).Text), editorConfig: "[*.cs]\ndotnet_diagnostic.PK0101.severity = warning");
        Assert.NotEmpty(diagnostics);
        Assert.All(diagnostics, diagnostic => Assert.Equal(DiagnosticSeverity.Warning, diagnostic.Severity));
    }
}
