using Microsoft.CodeAnalysis.CSharp;
using ParaKit.Building;

namespace ParaKit.Testing.Tests;

[UsesVerify]
public sealed class RewritingTests
{
    private const string Source = """
        using ParaKit.Guest;

        internal static class Critical
        {
            private static ulong s_tables;

            internal static void Enter()
            {
                X86.Cli();
                s_tables = X86.ReadCr3();
            }

            internal static void Leave() => X86.Sti();
        }
        """;

    [Fact]
    public Task Of_Source_IsStable() => Verifier.Verify(Rewriting.Of(Source));

    [Fact]
    public async Task OfProject_IsStable() => await Verifier.Verify(await Rewriting.OfProject("Guests/Small"));

    [Fact]
    public void Of_NothingSensitive_IsEmpty() => Assert.Empty(Rewriting.Of("public static class Nothing;"));

    [Fact]
    public void Of_WrongSource_GivesTheErrors()
    {
        var exception = Assert.Throws<GuestException>(() => Rewriting.Of("class C { int x = y; }"));
        Assert.Equal(
            ["The source does not compile.", "Kernel.cs(1,19): error CS0103: The name 'y' does not exist in the current context"],
            exception.Message.Split(Environment.NewLine));
    }

    /// <summary>C# 14, which the Roslyn of this test project does not know.</summary>
    [Fact]
    public void Of_UsesTheSdksCompiler_WhateverTheProcessHas()
    {
        Assert.Equal(4, typeof(CSharpCompilation).Assembly.GetName().Version!.Major);
        var text = Rewriting.Of("""
            using ParaKit.Guest;
            public static class Extensions
            {
                extension(int value)
                {
                    public int Masked() { X86.Cli(); return value; }
                }
            }
            """);
        Assert.Contains("X86.Cli()", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ManyAtOnce_GiveTheSame()
    {
        var texts = Enumerable.Range(0, 64).AsParallel().Select(_ => Rewriting.Of(Source)).Distinct();
        Assert.Single(texts);
    }

    [Fact]
    public async Task OfProject_OfAnImage_AsksForTheProject()
    {
        var file = Path.GetTempFileName();
        try
        {
            var exception = await Assert.ThrowsAsync<GuestException>(() => Rewriting.OfProject(file));
            Assert.Equal($"'{file}' is not a project; source is shown beside the code, so name the .csproj file or its folder.", exception.Message);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
