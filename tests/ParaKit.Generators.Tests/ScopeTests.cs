using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ParaKit.RoslynTesting;

namespace ParaKit.Generators.Tests;

/// <summary>Which code is left alone: native code, counterparts, operations without a usable counterpart.</summary>
public sealed class ScopeTests
{
    [Fact]
    public void NativeOnlyMethodAndType_AreNotIntercepted() => Assert.Equal(["X86_Cli"], Intercepted("""
        using ParaKit.Guest;
        static class Boot
        {
            [NativeOnly] static void Early() => X86.Hlt();
            [NativeOnly] static void WithLambda() { System.Action stop = () => X86.Hlt(); stop(); }
            static void Late() => X86.Cli();
        }
        [NativeOnly] static class Native { static void M() => X86.Hlt(); static class Nested { static void M() => X86.Hlt(); } }
        """));

    [Fact]
    public void CounterpartsOwnBody_IsNotIntercepted() => Assert.Equal(["Ops_Work", "X86_Cli"], Intercepted("""
        using ParaKit.Guest;
        public static class Ops
        {
            [Sensitive("work", Sensitivity.Privileged, Paravirtual = typeof(PvOps))]
            public static void Work() => X86.Hlt();
        }
        public static class PvOps
        {
            public static void Work() => X86.Hlt();
            static class Nested { static void M() => X86.Hlt(); }
        }
        static class Kernel { static void M() { Ops.Work(); X86.Cli(); } }
        """));

    [Fact]
    public void ReferencedCounterpartType_IsKnown()
    {
        // The counterpart type of a library is the guest's own second part here: same full name, other assembly.
        Assert.Empty(Intercepted("""
            using ParaKit.Guest;
            namespace ParaKit.Guest.Xen { static partial class PvX86 { static void Helper() => X86.Hlt(); } }
            """));
    }

    [Theory]
    [InlineData("public static int M() => 0;")]
    [InlineData("public static void M(int value) { }")]
    [InlineData("public static void M<T>() { }")]
    [InlineData("public void M() { }")]
    [InlineData("private static void M() { }")]
    [InlineData("public static void Other() { }")]
    public void UnusableCounterpart_IsNotIntercepted(string counterpart) => Assert.Empty(Intercepted($$"""
        using ParaKit.Guest;
        public static class Ops
        {
            [Sensitive("m", Sensitivity.Privileged, Paravirtual = typeof(PvOps))] public static void M() { }
        }
        public sealed class PvOps { {{counterpart}} }
        static class Kernel { static void Main() => Ops.M(); }
        """));

    [Theory]
    [InlineData("ref int Pick(ref int left, in int right, out int sum)", "{ sum = 0; return ref left; }")]
    [InlineData("ref readonly int Pick(ref readonly int value)", "=> ref value;")]
    [InlineData("unsafe delegate*<int, void> Pick(delegate*<int, void> value, void** other)", "=> value;")]
    [InlineData("int Pick(scoped System.Span<int> value, scoped ref int other)", "=> value[0];")]
    [InlineData("string? Pick(string? @class, string @event)", "=> @class ?? @event;")]
    [InlineData("T Pick<T, TOther>(T value, TOther[] other) where T : class, System.IDisposable, new() where TOther : unmanaged, System.Enum", "=> value;")]
    [InlineData("T Pick<T>(T value) where T : notnull, allows ref struct", "=> value;")]
    [InlineData("T? Pick<T>(T? value) where T : struct", "=> value;")]
    [InlineData("int Pick(params int[] values)", "=> values.Length;")]
    [InlineData("int Pick(int value = 5)", "=> value;")]
    [InlineData("(int Left, int Right) Pick((int Left, int Right) pair)", "=> pair;")]
    [InlineData("nint Pick(in nint value)", "=> value;")]
    public void Signature_InterceptorCompiles(string signature, string body)
    {
        string call = Call(signature);
        GeneratorRun run = Run($$"""
            using ParaKit.Guest;
            public enum Kind { None }
            public sealed class Resource : System.IDisposable { public void Dispose() { } }
            public static class Ops
            {
                [Sensitive("pick", Sensitivity.Privileged, Paravirtual = typeof(PvOps))] public static {{signature}} {{body}}
            }
            public static class PvOps { public static {{signature}} {{body}} }
            static unsafe class Kernel { static void Main(ref int number) { {{call}} } }
            """);
        using MemoryStream image = new();
        Assert.Empty(run.Output.Emit(image).Diagnostics);
        Assert.Equal(["Ops_Pick"], Interceptions.Names(run.Output));
    }

    /// <summary>
    /// What <c>X86.Cli()</c> means is found without the members of a type where they are all in its file. The compiler binds every call in its own
    /// way: one that the name does not mean must be left, and one that it does mean must be found.
    /// </summary>
    [Theory]
    [InlineData(0, "class K { Other X86 => new(); void M() => X86.Cli(); }")]
    [InlineData(0, "class K { class X86 { internal static void Cli() { } } void M() => X86.Cli(); }")]
    [InlineData(0, "class K { class X86 { internal static void Cli() { } } class Inner { void M() => X86.Cli(); } }")]
    [InlineData(0, "class K { static class Inner { static void M() => X86.Cli(); } static Other X86 = new(); }")]
    [InlineData(0, "class K(Other X86) { void M() => X86.Cli(); }")]
    [InlineData(0, "class K { void M(Other X86) => X86.Cli(); }")]
    [InlineData(0, "class B { protected Other X86 = new(); } class K : B { void M() => X86.Cli(); }")]
    [InlineData(0, "class B { protected static Other X86 = new(); } class K : B { class Inner { void M() => X86.Cli(); } }")]
    [InlineData(0, "static class S { public static Other X86 = new(); }", "namespace N { using static S; class K { void M() => X86.Cli(); } }")]
    [InlineData(0, "partial class K { Other X86 = new(); }", "partial class K { void M() => X86.Cli(); }")]
    [InlineData(0, "partial class K { Other X86 = new(); }", "partial class K { class Inner { void M(K k) { } static void N() { } } }")]
    [InlineData(0, "class B { protected Other X86 = new(); }", "class K : B { void M() => X86.Cli(); }")]
    [InlineData(0, "using X86 = Other2; class K { void M() => X86.Cli(); }")]
    [InlineData(0, "namespace N { class X86 { internal static void Cli() { } } class K { void M() => X86.Cli(); } }")]
    [InlineData(0, "global using X86 = Other2;", "class K { void M() => X86.Cli(); }")]
    [InlineData(1, "class K { void M() => X86.Cli(); }")]
    [InlineData(1, "class K { int X86() => 0; class Inner { void M() => ParaKit.Guest.X86.Cli(); } }")]
    [InlineData(1, "class B; class K : B { void M() => X86.Cli(); }")]
    [InlineData(1, "partial class K { void M() => X86.Cli(); }", "partial class K { int Y86() => 0; }")]
    [InlineData(1, "using static System.Math; class K { void M() => X86.Cli(); }")]
    [InlineData(1, "using Machine = ParaKit.Guest.X86; class K { void M() => Machine.Cli(); }")]
    [InlineData(1, "global using Machine = ParaKit.Guest.X86;", "class K { void M() => Machine.Cli(); }")]
    [InlineData(1, "class K { ParaKit.Guest.X86Like X86Like() => new(); void M() => X86.Cli(); } namespace ParaKit.Guest { class X86Like; }")]
    public void Name_MeansWhatTheCompilerSays(int calls, params string[] sources)
    {
        CSharpCompilation guest = GuestCompilation.Create(
            [.. sources.Select(static source => (source.StartsWith("global", StringComparison.Ordinal) ? "" : "using ParaKit.Guest; ") + source), "class Other { internal void Cli() { } } static class Other2 { internal static void Cli() { } }"]);
        GeneratorRun run = GeneratorRun.Start<PrivilegedCallGenerator>(guest, "paravirt");
        using MemoryStream image = new();
        Assert.DoesNotContain(run.Output.Emit(image).Diagnostics, static one => one.Severity == DiagnosticSeverity.Error);
        Assert.Equal(calls, Interceptions.Names(run.Output).Length);
    }

    private static string Call(string signature) => signature switch
    {
        _ when signature.Contains("sum", StringComparison.Ordinal) => "Ops.Pick(ref number, 2, out _);",
        _ when signature.Contains("ref readonly", StringComparison.Ordinal) => "Ops.Pick(in number);",
        _ when signature.Contains("delegate*", StringComparison.Ordinal) => "Ops.Pick(null, null);",
        _ when signature.Contains("Span", StringComparison.Ordinal) => "Ops.Pick([1], ref number);",
        _ when signature.Contains("string", StringComparison.Ordinal) => "Ops.Pick(null, \"\");",
        _ when signature.Contains("TOther", StringComparison.Ordinal) => "Ops.Pick(new Resource(), new Kind[1]);",
        _ when signature.Contains("struct", StringComparison.Ordinal) && signature.Contains('?', StringComparison.Ordinal) => "Ops.Pick<int>(null);",
        _ when signature.Contains("params", StringComparison.Ordinal) => "Ops.Pick(1, 2, 3);",
        _ when signature.Contains("= 5", StringComparison.Ordinal) => "Ops.Pick();",
        _ when signature.Contains("pair", StringComparison.Ordinal) => "Ops.Pick((1, 2));",
        _ => "Ops.Pick(number);",
    };

    private static string[] Intercepted(string source) => Interceptions.Names(Run(source).Output);

    private static GeneratorRun Run(string source)
    {
        CSharpCompilation guest = GuestCompilation.Create(source);
        return GeneratorRun.Start<PrivilegedCallGenerator>(guest, "paravirt");
    }
}
