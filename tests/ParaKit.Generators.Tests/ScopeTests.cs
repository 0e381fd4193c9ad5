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
