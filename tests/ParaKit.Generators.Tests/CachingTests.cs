using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ParaKit.Generators.Model;
using ParaKit.Generators.Parse;
using ParaKit.RoslynTesting;

namespace ParaKit.Generators.Tests;

/// <summary>An edit that changes no call writes nothing again; an edit that does, does. Both, so that each is known to be able to fail.</summary>
public sealed class CachingTests
{
    private static readonly CSharpCompilation s_guest = GuestCompilation.CreateFrom(
        ("Kernel.cs", "using ParaKit.Guest; class Kernel { static void Main() { X86.Cli(); } }"),
        ("Other.cs", "class Other { int _value; int Get() => _value; }"));

    [Fact]
    public void UnrelatedEdit_IsCached() =>
        AssertCached(s_guest.Edit("Other.cs", text => text.Replace("_value", "_renamed", StringComparison.Ordinal)));

    [Fact]
    public void CommentInAnotherFile_IsCached() =>
        AssertCached(s_guest.Edit("Other.cs", text => "// remark\n" + text));

    [Fact]
    public void NewFileWithoutCalls_IsCached() =>
        AssertCached(s_guest.AddSyntaxTrees(GuestCompilation.Create("struct New;").SyntaxTrees));

    [Fact]
    public void EditOfTheCall_IsGeneratedAgain() =>
        AssertModified(s_guest.Edit("Kernel.cs", text => text.Replace("X86.Cli", "X86.Hlt", StringComparison.Ordinal)));

    [Fact]
    public void NewCallInAnotherFile_IsGeneratedAgain() =>
        AssertModified(s_guest.Edit("Other.cs", text => text.Replace("_value;", "(int)ParaKit.Guest.X86.ReadCr3();", StringComparison.Ordinal)));

    [Fact]
    public void CommentInTheSameFile_IsGeneratedAgain()
    {
        // A call's location contains a hash of its file: this cannot be cached.
        AssertModified(s_guest.Edit("Kernel.cs", text => "// remark\n" + text));
    }

    [Fact]
    public void NewCounterpart_OfAnEnclosingType_IsGeneratedAgain() => AssertModified(s_guest.Edit("Other.cs", text => text + """
        class Ops { [ParaKit.Guest.Sensitive("x", ParaKit.Guest.Sensitivity.Privileged, Paravirtual = typeof(Kernel))] public static void Main() { } }
        """));

    [Fact]
    public void TypeThatHidesTheOperations_IsGeneratedAgain() =>
        AssertModified(s_guest.Edit("Other.cs", text => text + " static class X86 { public static void Cli() { } }"));

    [Theory]
    [InlineData("=> _value;", "=> _value + 1;")]
    [InlineData("=> _value;", "=> ((System.Func<int>)(() => 3 * _value))();")]
    [InlineData("int _value;", "int _value = 7;")]
    [InlineData("class Other", "/* remark */ class Other")]
    public void EditWithinABody_LeavesOtherFilesUnbound(string old, string text) => Assert.Same(CallBefore(), CallAfter(old, text));

    [Theory]
    [InlineData("int Get()", "long Get()")]
    [InlineData("int _value;", "int _value; const int Size = 3;")]
    [InlineData("class Other", "[System.Obsolete] class Other")]
    [InlineData("class Other", "global using System; class Other")]
    [InlineData("int Get()", "int Get(int index = 3)")]
    public void EditOfADeclaration_BindsOtherFilesAgain(string old, string text)
    {
        CallSite before = CallBefore();
        CallSite after = CallAfter(old, text);
        Assert.NotSame(before, after);
        Assert.Equal(before, after);
    }

    private static CallSite CallBefore() => Assert.Single(CallSiteParser.Find(s_guest, CancellationToken.None));

    private static CallSite CallAfter(string old, string text) => Assert.Single(CallSiteParser.Find(
        s_guest.Edit("Other.cs", source => source.Replace(old, text, StringComparison.Ordinal)), CancellationToken.None));

    private static void AssertCached(CSharpCompilation edited)
    {
        GeneratorRun second = Start().Again(edited);
        Assert.All(second.Reasons(TrackingNames.CallSites), AssertUnchanged);
        Assert.All(second.Reasons(TrackingNames.CounterpartTypes), AssertUnchanged);
        Assert.Equal([IncrementalStepRunReason.Cached], second.Reasons(TrackingNames.Plan));
        Assert.Equal([IncrementalStepRunReason.Cached], second.OutputReasons);
    }

    private static void AssertModified(CSharpCompilation edited)
    {
        GeneratorRun second = Start().Again(edited);
        Assert.Equal([IncrementalStepRunReason.Modified], second.Reasons(TrackingNames.Plan));
        Assert.DoesNotContain(IncrementalStepRunReason.Cached, second.OutputReasons);
    }

    private static GeneratorRun Start() => GeneratorRun.Start<PrivilegedCallGenerator>(s_guest, "paravirt");

    private static void AssertUnchanged(IncrementalStepRunReason reason) =>
        Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, reason.ToString());
}
