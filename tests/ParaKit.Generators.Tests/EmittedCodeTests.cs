using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ParaKit.RoslynTesting;

namespace ParaKit.Generators.Tests;

/// <summary>What is written for each form of call, and that the compiler accepts and uses it.</summary>
[UsesVerify]
public sealed partial class EmittedCodeTests
{
    [Fact]
    public Task Forms_Paravirt_EmittedText() =>
        Verifier.Verify(Text(GuestCompilation.CreateFrom(("Forms.cs", GuestSources.Forms))));

    [Fact]
    public void Forms_Paravirt_CompilesWithWarningsAsErrors() =>
        Assert.Empty(Problems(Run(GuestSources.Forms)));

    [Fact]
    public void Forms_Paravirt_EachMarkedCallIsIntercepted()
    {
        string source = GuestSources.Forms;
        var expected = source.Split('\n')
            .Select((line, number) => (Number: number, Count: CallCount().Match(line)))
            .Where(line => line.Count.Success)
            .Select(line => (line.Number, int.Parse(line.Count.Groups[1].ValueSpan, provider: null)));
        var actual = Interceptions.In(Run(source).Output)
            .GroupBy(call => call.Line)
            .Select(line => (line.Key, line.Count()))
            .Order();
        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData("native")]
    [InlineData("")]
    [InlineData(null)]
    public void Forms_OtherModes_NothingIsEmitted(string? mode) =>
        Assert.Empty(GeneratorRun.Start<PrivilegedCallGenerator>(GuestCompilation.Create(GuestSources.Forms), mode).Texts);

    [Fact]
    public void Forms_RewritingOff_NothingIsEmitted()
    {
        Assert.Empty(GeneratorRun.Start<PrivilegedCallGenerator>(GuestCompilation.Create(GuestSources.Forms), "paravirt", "False").Texts);
        Assert.NotEmpty(GeneratorRun.Start<PrivilegedCallGenerator>(GuestCompilation.Create(GuestSources.Forms), "paravirt", "true").Texts);
    }

    [Fact]
    public void NoCalls_Paravirt_NothingIsEmitted() =>
        Assert.Empty(Run("class Kernel { static void Main() => System.Console.WriteLine(); }").Texts);

    [Fact]
    public void ExternCounterpart_InterceptorIsExternItself()
    {
        GeneratorRun run = Run("using ParaKit.Guest; class Kernel { static void Main() => X86.Hlt(); }");
        IMethodSymbol interceptor = Interceptions.In(run.Output).Single().Interceptor;
        Assert.True(interceptor.IsExtern);
        Assert.Equal(System.Reflection.MethodImplAttributes.InternalCall, interceptor.MethodImplementationFlags);
        AttributeData import = interceptor.GetAttributes().Single(attribute => attribute.AttributeClass!.Name == "RuntimeImportAttribute");
        Assert.Equal(["*", "pk_xen_block"], import.ConstructorArguments.Select(argument => argument.Value));
    }

    [Fact]
    public void OperationThatDoesNotReturn_InterceptorSaysSoToo()
    {
        GeneratorRun run = Run("""
            using System.Diagnostics.CodeAnalysis;
            using ParaKit.Guest;
            public static class Ops
            {
                [DoesNotReturn] [Sensitive("off", Sensitivity.Platform, Paravirtual = typeof(PvOps))] public static void Off() { while (true) { } }
            }
            public static class PvOps { public static void Off() { } }
            static class Kernel { static void Main() => Ops.Off(); }
            """);
        Assert.Empty(Problems(run));
        Assert.Contains(Interceptions.In(run.Output).Single().Interceptor.GetAttributes(), attribute => attribute.AttributeClass!.Name == "DoesNotReturnAttribute");
    }

    [Fact]
    public void LocationAttribute_IsInNoReferencedLibraryAndIsBroughtAlong()
    {
        const string Name = "System.Runtime.CompilerServices.InterceptsLocationAttribute";
        Assert.Empty(GuestCompilation.Create().GetTypesByMetadataName(Name));
        Assert.Contains("file sealed class InterceptsLocationAttribute", Run(GuestSources.Forms).Texts.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_DoesNotDependOnTheOrderOfFilesAndNamesNoFolder()
    {
        const string First = "using ParaKit.Guest; class A { static void M() { X86.Cli(); X86.Hlt(); } }";
        const string Second = "using ParaKit.Guest; class B { static void M() { X86.Hlt(); X86.Cli(); } }";
        string one = Text(GuestCompilation.CreateFrom(("A.cs", First), ("B.cs", Second)));
        string two = Text(GuestCompilation.CreateFrom(("B.cs", Second), ("A.cs", First)));
        Assert.Equal(one, two);
        Assert.DoesNotContain(GuestCompilation.Folder, one, StringComparison.Ordinal);
        Assert.DoesNotContain("\r", one, StringComparison.Ordinal);
    }

    private static string Text(CSharpCompilation compilation) =>
        GeneratorRun.Start<PrivilegedCallGenerator>(compilation, "paravirt").Texts.Single();

    private static GeneratorRun Run(string source) =>
        GeneratorRun.Start<PrivilegedCallGenerator>(GuestCompilation.Create(source), "paravirt");

    // Emitting also checks what only code generation notices, such as signatures of interceptors.
    private static IEnumerable<Diagnostic> Problems(GeneratorRun run)
    {
        using MemoryStream image = new();
        return [.. run.Diagnostics, .. run.Output.Emit(image).Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)];
    }

    [GeneratedRegex(@"// calls: (\d+)$")]
    private static partial Regex CallCount();
}
