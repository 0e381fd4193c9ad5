using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ParaKit.RoslynTesting;

namespace ParaKit.Generators.Tests;

/// <summary>Bodies of declared hypercalls.</summary>
[UsesVerify]
public sealed class HypercallTests
{
    private const string Declarations = """
        using ParaKit.Guest;
        namespace Kernel
        {
            public enum Kind : byte { Small, Large }
            public struct Region { public ulong Start; public ulong Length; }
            public static unsafe partial class Calls
            {
                [Hypercall(50, Native = nameof(Nothing))] public static partial long Yield();
                [Hypercall(51, Native = nameof(MeasureHere))] internal static partial long Measure(Kind kind, in Region region, ref ulong @out);
                internal partial struct Inner
                {
                    [Hypercall(52)] private static unsafe partial long Send(byte* text, int length, nint a, ushort b, long c);
                }
                private static long Nothing() => 0;
                private static long MeasureHere(Kind kind, in Region region, ref ulong @out) => (long)region.Length;
            }
        }
        static partial class Global { [Hypercall(53)] internal static partial long Ask(ref readonly int value); }
        """;

    [Theory]
    [InlineData("native")]
    [InlineData("paravirt")]
    public Task Declarations_EmittedText(string mode)
    {
        GeneratorRun run = Run(Declarations, mode);
        Assert.Empty(Problems(run));
        return Verifier.Verify(run.Texts.Single()).UseParameters(mode);
    }

    [Fact]
    public void Library_ServesEveryImage_SoItMakesTheCall()
    {
        const string Source = "using ParaKit.Guest; static partial class K { [Hypercall(50)] public static partial long Yield(); }";
        Assert.Equal(Run(Source, "paravirt").Texts.Single(), Run(Source, "library").Texts.Single());
    }

    [Theory]
    [InlineData("static partial class K { [Hypercall(50)] public static partial int M(); }")]
    [InlineData("static partial class K { [Hypercall(50)] public static partial long M(string text); }")]
    [InlineData("static class K { [Hypercall(50)] public static long M() => 0; }")]
    public void UnusableDeclaration_NothingIsEmitted(string source) => Assert.Empty(Run("using ParaKit.Guest; " + source, "paravirt").Texts);

    [Fact]
    public void Edits_ThatChangeNoDeclaration_AreCached_OthersAreNot()
    {
        CSharpCompilation guest = GuestCompilation.CreateFrom(
            ("Calls.cs", "static partial class K { [ParaKit.Guest.Hypercall(50)] static partial long M(int a); static int Other() => 1; }"),
            ("Other.cs", "class Other { int _value; int Get() => _value; }"));
        GeneratorRun first = GeneratorRun.Start<HypercallGenerator>(guest, "paravirt");
        GeneratorRun other = first.Again(guest.Edit("Other.cs", text => text.Replace("_value", "_renamed", StringComparison.Ordinal)));
        GeneratorRun body = first.Again(guest.Edit("Calls.cs", text => text.Replace("=> 1", "=> 2", StringComparison.Ordinal)));
        GeneratorRun number = first.Again(guest.Edit("Calls.cs", text => text.Replace("(50)", "(51)", StringComparison.Ordinal)));
        foreach (GeneratorRun cached in (GeneratorRun[])[other, body])
        {
            Assert.All(cached.Reasons(TrackingNames.Hypercalls), reason => Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged));
            Assert.Equal([IncrementalStepRunReason.Cached], cached.OutputReasons);
        }

        Assert.Equal([IncrementalStepRunReason.Modified], number.Reasons(TrackingNames.Hypercalls));
        Assert.Equal([IncrementalStepRunReason.Modified], number.OutputReasons);
    }

    private static GeneratorRun Run(string source, string mode) => GeneratorRun.Start<HypercallGenerator>(GuestCompilation.Create(source), mode);

    private static IEnumerable<Diagnostic> Problems(GeneratorRun run)
    {
        using MemoryStream image = new();
        return [.. run.Diagnostics, .. run.Output.Emit(image).Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)];
    }
}
