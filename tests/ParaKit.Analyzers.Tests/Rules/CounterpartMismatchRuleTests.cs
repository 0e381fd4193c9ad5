using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class CounterpartMismatchRuleTests
{
    [Theory]
    [InlineData("public static int M(ref int value) => 0;")]
    [InlineData("public static void M(int value) { }")]
    [InlineData("public static void M(in int value) { }")]
    [InlineData("public static void M<T>(ref int value) { }")]
    [InlineData("public void M(ref int value) { }")]
    [InlineData("private static void M(ref int value) { }")]
    [InlineData("internal static void M(ref int value) { }")]
    [InlineData("public static void Other(ref int value) { }")]
    public Task Declaration_WithUnusableCounterpart_IsReportedOnce(string counterpart) => Check.MatchesAsync<CounterpartMismatchRule>($$"""
        using ParaKit.Guest;
        public static class Ops
        {
            [{|PK0004:Sensitive("m", Sensitivity.Privileged, Paravirtual = typeof(PvOps))|}] public static void M(ref int value) { }
        }
        public sealed class PvOps { {{counterpart}} }
        static class Kernel { static void Main(ref int value) => Ops.M(ref value); }
        """, "paravirt");

    [Theory]
    [InlineData("public void M() { }")]
    [InlineData("public static int M { [{|PK0004:Sensitive(\"m\", Sensitivity.Privileged, Paravirtual = typeof(Ops))|}] get => 0; }")]
    public Task Declaration_ThatIsNoOrdinaryStaticMethod_IsReported(string declaration) => Check.MatchesAsync<CounterpartMismatchRule>($$"""
        using ParaKit.Guest;
        public class Ops
        {
            {{(declaration.Contains("PK0004", StringComparison.Ordinal) ? "" : "[{|PK0004:Sensitive(\"m\", Sensitivity.Privileged, Paravirtual = typeof(Ops))|}]")}} {{declaration}}
        }
        """);

    [Fact]
    public Task UsableCounterparts_AreNotReported() => Check.MatchesAsync<CounterpartMismatchRule>("""
        using ParaKit.Guest;
        public static class Ops
        {
            [Sensitive("m", Sensitivity.Privileged, Paravirtual = typeof(PvOps))] public static ref T M<T>(ref T value, out int count) where T : unmanaged { count = 0; return ref value; }
            [Sensitive("n", Sensitivity.Privileged, Paravirtual = typeof(PvOps))] internal static void N() { }
            [Sensitive("o", Sensitivity.Privileged)] public static void O() { }
        }
        public static class PvOps
        {
            public static ref TValue M<TValue>(ref TValue value, out int count) where TValue : unmanaged { count = 0; return ref value; }
            internal static void N() { }
        }
        static class Kernel { static void Main(ref int value) { Ops.M(ref value, out _); Ops.N(); X86.Cli(); } }
        """, "paravirt");

    [Fact]
    public async Task Call_OfALibrarysOperation_IsReportedAtTheCall()
    {
        MetadataReference library = GuestReferences.Compile("Library", """
            using ParaKit.Guest;
            public static class Ops
            {
                [Sensitive("m", Sensitivity.Privileged, Paravirtual = typeof(PvOps))] public static void M() { }
            }
            internal static class PvOps { public static void M() { } }
            """);
        var guest = GuestCompilation.Create("static class Kernel { static void Main() => Ops.M(); }").AddReferences(library);
        Diagnostic diagnostic = Assert.Single(await Check.ReportAsync<CounterpartMismatchRule>(guest, "paravirt"));
        Assert.Equal(
            "'Ops.M' names a counterpart type 'PvOps' that is not accessible from 'Guest'; make it public",
            diagnostic.GetMessage(null));
        Assert.Empty(await Check.ReportAsync<CounterpartMismatchRule>(guest, "native"));
        Assert.Empty(GeneratorRun.Start<ParaKit.Generators.PrivilegedCallGenerator>(guest, "paravirt").Texts);
    }

    [Fact]
    public async Task EditorConfig_LowersTheSeverity()
    {
        var guest = GuestCompilation.Create("""
            static class Ops { [ParaKit.Guest.Sensitive("m", ParaKit.Guest.Sensitivity.Privileged, Paravirtual = typeof(Ops))] static int M; }
            """.Replace("static int M;", "public void M() { }", StringComparison.Ordinal).Replace("static class", "class", StringComparison.Ordinal));
        Diagnostic diagnostic = Assert.Single(await Check.ReportAsync<CounterpartMismatchRule>(
            guest, editorConfig: "[*.cs]\ndotnet_diagnostic.PK0004.severity = suggestion"));
        Assert.Equal(DiagnosticSeverity.Info, diagnostic.Severity);
    }
}
