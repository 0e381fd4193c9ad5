using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class EntryHandlerRuleTests
{
    [Theory]
    [InlineData("[{|PK0501:TrapHandler(14)|}] private static void H(TrapFrame* frame) { }")]
    [InlineData("[{|PK0501:TrapHandler(14)|}] internal void H(TrapFrame* frame) { }")]
    [InlineData("[{|PK0501:TrapHandler(14)|}] internal static void H<T>(TrapFrame* frame) { }")]
    [InlineData("[{|PK0501:TrapHandler(14)|}] internal static void H() { }")]
    [InlineData("[{|PK0501:TrapHandler(14)|}] internal static bool H(TrapFrame* frame) => true;")]
    [InlineData("[{|PK0501:TrapHandler(14)|}] internal static void H(ref TrapFrame frame) { }")]
    [InlineData("[{|PK0501:TrapHandler(14)|}] internal static void H(TrapFrame* frame, int line) { }")]
    [InlineData("[{|PK0501:TrapHandler(256)|}] internal static void H(TrapFrame* frame) { }")]
    [InlineData("[{|PK0501:TrapHandler(-2)|}, {|PK0501:TrapHandler(300)|}] internal static void H(TrapFrame* frame) { }")]
    [InlineData("[{|PK0501:TrapHandler(0x20)|}] internal static void H(TrapFrame* frame) { }")]
    [InlineData("[{|PK0501:TrapHandler(FromUser = true)|}] internal static void H(TrapFrame* frame) { }")]
    [InlineData("[{|PK0501:EventHandler(16)|}] internal static void H() { }")]
    [InlineData("[{|PK0501:EventHandler(1)|}] internal static void H(int line) { }")]
    [InlineData("[{|PK0501:EventHandler(1)|}] internal static void H(TrapFrame* frame, long line) { }")]
    [InlineData("[{|PK0501:SystemCallEntry|}] internal static ulong H(ulong number) => number;")]
    [InlineData("[{|PK0501:SystemCallEntry|}] static TrapFrame* H(TrapFrame* frame) => frame;")]
    public Task Unusable_IsReported(string member) =>
        Check.MatchesAsync<EntryHandlerRule>($"using ParaKit.Guest; unsafe class Kernel {{ {member} }}");

    [Fact]
    public Task Usable_AreNotReported() => Check.MatchesAsync<EntryHandlerRule>("""
        using ParaKit.Guest;
        unsafe class Kernel
        {
            [TrapHandler(3, FromUser = true), TrapHandler(0x30)] internal static void A(TrapFrame* frame) { }
            [TrapHandler] internal static TrapFrame* B(TrapFrame* frame) => frame;
            [EventHandler(0)] internal static void C() { }
            [EventHandler(1)] internal static TrapFrame* D(TrapFrame* frame) => frame;
            [EventHandler] public static void E(TrapFrame* frame, int line) { }
            [SystemCallEntry] protected internal static TrapFrame* F(TrapFrame* frame) => frame;
        }
        """);

    [Fact]
    public Task PrivateType_IsReported() => Check.MatchesAsync<EntryHandlerRule>(
        "using ParaKit.Guest; unsafe class Kernel { private class Inner { [{|PK0501:EventHandler(0)|}] public static void H() { } } }");

    [Fact]
    public Task Duplicates_AreReportedAtTheSecond() => Check.MatchesAsync<EntryHandlerRule>("""
        using ParaKit.Guest;
        unsafe class Kernel
        {
            [TrapHandler(14)] internal static void A(TrapFrame* frame) { }
            [{|PK0502:TrapHandler(14)|}] internal static void B(TrapFrame* frame) { }
            [EventHandler] internal static void C() { }
            [{|PK0502:EventHandler|}] internal static void D() { }
            [SystemCallEntry] internal static void E(TrapFrame* frame) { }
            [{|PK0502:SystemCallEntry|}] internal static void F(TrapFrame* frame) { }
            [EventHandler(14)] internal static void G() { }
        }
        """);

    [Fact]
    public async Task Messages_NameHandlersAndWhatTheyHandle()
    {
        var guest = GuestCompilation.Create("""
            using ParaKit.Guest;
            unsafe class Kernel
            {
                [TrapHandler(14)] internal static void A(TrapFrame* frame) { }
                [TrapHandler(14)] internal static void B(TrapFrame* frame) { }
                [TrapHandler(33)] internal static void C(TrapFrame* frame) { }
            }
            """);
        Assert.Equal(
            [
                "'Kernel.A' and 'Kernel.B' both handle vector 14; an entry has one handler",
                "'Kernel.C' handles vector 33, which is interrupt line 1; use [EventHandler(1)]",
            ],
            (await Check.ReportAsync<EntryHandlerRule>(guest)).Select(diagnostic => diagnostic.GetMessage(null)));
    }

    [Fact]
    public Task OwnDispatcher_MakesEveryHandlerVain() => Check.MatchesAsync<EntryHandlerRule>("""
        using System.Runtime;
        using ParaKit.Guest;
        unsafe class Kernel
        {
            [RuntimeExport("kernel_trap")] private static TrapFrame* Handle(TrapFrame* frame) => frame;
            [RuntimeExport("kernel_main")] private static void Main(ulong boot) { }
            [{|PK0503:TrapHandler(14)|}] internal static void A(TrapFrame* frame) { }
            [{|PK0503:EventHandler(14)|}] internal static void B() { }
        }
        """);

    [Fact]
    public Task OwnDispatcherAlone_IsNotReported() => Check.MatchesAsync<EntryHandlerRule>(
        "using ParaKit.Guest; unsafe class Kernel { [System.Runtime.RuntimeExport(\"kernel_trap\")] static TrapFrame* Handle(TrapFrame* frame) => frame; }");

    [Fact]
    public async Task EditorConfig_LowersTheSeverity()
    {
        var guest = GuestCompilation.Create("using ParaKit.Guest; class Kernel { [TrapHandler(1)] internal static void H() { } }");
        Diagnostic diagnostic = Assert.Single(await Check.ReportAsync<EntryHandlerRule>(guest, editorConfig: "[*.cs]\ndotnet_diagnostic.PK0501.severity = suggestion"));
        Assert.Equal(DiagnosticSeverity.Info, diagnostic.Severity);
    }
}
