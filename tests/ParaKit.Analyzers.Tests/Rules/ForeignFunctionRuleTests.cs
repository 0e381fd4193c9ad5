using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class ForeignFunctionRuleTests
{
    private const string Marked = """
        using System.Runtime.InteropServices;
        static class Kernel { [DllImport("libc")] internal static extern int {|PK0108:getpid|}(); static unsafe void M() { [DllImport("libc")] static extern void {|PK0108:exit|}(int code); exit(1); } }
        """;

    [Fact]
    public Task ImportFromALibrary_IsReported() => Check.MatchesAsync<ForeignFunctionRule>(Marked);

    [Fact]
    public Task SymbolOfTheImage_IsNotReported() => Check.MatchesAsync<ForeignFunctionRule>(
        """
        using System.Runtime; using System.Runtime.CompilerServices;
        static class Kernel { [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "memcpy")] internal static extern unsafe void* Copy(void* to, void* from, nuint size); }
        """);

    [Fact]
    public Task OutsideAGuest_IsNotReported() => Check.MatchesAsync<ForeignFunctionRule>(MarkedSource.Parse(Marked).Text, mode: null);

    [Fact]
    public async Task EditorConfig_LowersTheSeverity()
    {
        var diagnostics = await Check.ReportAsync<ForeignFunctionRule>(
            GuestCompilation.Create(MarkedSource.Parse(Marked).Text), editorConfig: "[*.cs]\ndotnet_diagnostic.PK0108.severity = warning");
        Assert.NotEmpty(diagnostics);
        Assert.All(diagnostics, diagnostic => Assert.Equal(DiagnosticSeverity.Warning, diagnostic.Severity));
    }
}
