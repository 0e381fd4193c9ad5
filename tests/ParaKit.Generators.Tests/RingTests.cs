using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ParaKit.RoslynTesting;

namespace ParaKit.Generators.Tests;

/// <summary>What is written for types with <c>[IoRing]</c>; how it behaves is tested in ParaKit.Guest.Tests.</summary>
[UsesVerify]
public sealed class RingTests
{
    private static readonly CSharpCompilation s_guest = GuestCompilation.CreateFrom(
        ("Rings.cs", GuestSources.Rings), ("Other.cs", "class Other { int _value = 1; int Get() => _value; }"));

    [Theory]
    [InlineData("native")]
    [InlineData("paravirt")]
    public void Rings_EveryMode_CompileWithWarningsAsErrors(string mode)
    {
        GeneratorRun run = GeneratorRun.Start<IoRingGenerator>(s_guest, mode);
        using MemoryStream image = new();
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Output.Emit(image).Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
        Assert.Equal(2, run.Texts.Count);
    }

    [Fact]
    public Task Ring_EmittedText() => Verifier.Verify(Start().Texts.Single(text => text.Contains("BlockRing", StringComparison.Ordinal)));

    [Fact]
    public void NestedRing_RepeatsTheTypesAroundIt_AndIsNoMoreVisibleThanItsEntries()
    {
        string text = Start().Texts.Single(text => text.Contains("Notes", StringComparison.Ordinal));
        Assert.Contains("namespace Disk;\n\npartial record struct @class\n{\n    unsafe partial class Notes\n    {\n", text, StringComparison.Ordinal);
        Assert.Contains("        internal sealed class FrontEnd\n", text, StringComparison.Ordinal);
        Assert.EndsWith("        }\n    }\n}\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("class Ring;")]
    [InlineData("partial class Ring<T>;")]
    [InlineData("file partial class Ring;")]
    [InlineData("partial class Ring;", "string")]
    [InlineData("partial class Ring;", "int*")]
    [InlineData("partial class Ring;", "Missing")]
    [InlineData("partial class Ring;", "System.Collections.Generic.List<>")]
    [InlineData("partial class Ring;", "Large")]
    [InlineData("partial class Ring;", "Loose")]
    public void UnusableType_IsLeftAlone(string declaration, string entry = "int") => Assert.Empty(GeneratorRun.Start<IoRingGenerator>(
        GuestCompilation.Create($$"""
            using System.Runtime.InteropServices;
            [ParaKit.Guest.IoRing(typeof(int), typeof({{entry}}))] unsafe {{declaration}}
            unsafe struct Large { fixed ulong Values[505]; }
            [StructLayout(LayoutKind.Auto)] struct Loose { int A; byte B; }
            """.Replace("unsafe file", "file unsafe", StringComparison.Ordinal).Replace("unsafe partial", "partial", StringComparison.Ordinal)),
        "native").Texts);

    [Fact]
    public void UnrelatedEdit_IsCached() =>
        AssertReason(s_guest.Edit("Other.cs", text => text.Replace("_value", "_renamed", StringComparison.Ordinal)), isCached: true);

    [Fact]
    public void CommentInTheSameFile_IsCached() => AssertReason(s_guest.Edit("Rings.cs", text => "// remark\n" + text), isCached: true);

    [Fact]
    public void NewFieldOfAnEntry_IsCached() =>
        AssertReason(s_guest.Edit("Rings.cs", text => text.Replace("byte Operation;", "byte Operation, Flags;", StringComparison.Ordinal)), isCached: true);

    [Fact]
    public void OtherEntry_IsGeneratedAgain() => AssertReason(
        s_guest.Edit("Rings.cs", text => text.Replace("typeof(BlockRequest)", "typeof(long)", StringComparison.Ordinal)), isCached: false);

    [Fact]
    public void EntryThatIsNoLongerPublic_IsGeneratedAgain() => AssertReason(
        s_guest.Edit("Rings.cs", text => text.Replace("public struct BlockRequest", "internal struct BlockRequest", StringComparison.Ordinal)), isCached: false);

    [Fact]
    public void RingInAnotherFile_IsGenerated() => Assert.Equal(
        3, Start().Again(s_guest.Edit("Other.cs", text => text + "[ParaKit.Guest.IoRing(typeof(int), typeof(int))] partial class More;")).Texts.Count);

    private static void AssertReason(CSharpCompilation edited, bool isCached)
    {
        GeneratorRun second = Start().Again(edited);
        IncrementalStepRunReason[] kept = [IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged];
        Assert.Equal(isCached, second.Reasons(TrackingNames.Rings).All(kept.Contains));
        Assert.Equal(isCached, second.OutputReasons.All(reason => reason == IncrementalStepRunReason.Cached));
    }

    private static GeneratorRun Start() => GeneratorRun.Start<IoRingGenerator>(s_guest, "native");
}
