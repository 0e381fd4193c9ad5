using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class AsyncRuleTests
{
    private const string Marked = """
        using System.Threading.Tasks;
        class Kernel
        {
            async Task {|PK0105:M|}()
            {
                async Task {|PK0105:Local|}() => await M();
                System.Func<Task> lambda = {|PK0105:async|} () => await Local();
                System.Func<Task> old = {|PK0105:async|} delegate { await lambda(); };
                await old();
            }
            async void {|PK0105:Fire|}() => await M();
        }
        """;

    [Fact]
    public Task AsyncMethodsLocalFunctionsAndLambdas_AreReported() => Check.MatchesAsync<AsyncRule>(Marked);

    [Fact]
    public Task SynchronousCode_IsNotReported() => Check.MatchesAsync<AsyncRule>(
        "class Kernel { void M() { void Local() { } Local(); System.Action lambda = () => Local(); } }");

    [Fact]
    public Task OutsideAGuest_IsNotReported() => Check.MatchesAsync<AsyncRule>(MarkedSource.Parse(Marked).Text, mode: null);

    [Fact]
    public async Task EditorConfig_LowersTheSeverity()
    {
        var diagnostics = await Check.ReportAsync<AsyncRule>(
            GuestCompilation.Create(MarkedSource.Parse(Marked).Text), editorConfig: "[*.cs]\ndotnet_diagnostic.PK0105.severity = warning");
        Assert.NotEmpty(diagnostics);
        Assert.All(diagnostics, diagnostic => Assert.Equal(DiagnosticSeverity.Warning, diagnostic.Severity));
    }
}
