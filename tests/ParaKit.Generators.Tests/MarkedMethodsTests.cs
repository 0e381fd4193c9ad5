using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ParaKit.RoslynTesting;
using ParaKit.SensitiveOperations;

namespace ParaKit.Generators.Tests;

/// <summary>A library's operations are the same, whether its file is referenced, as by a build, or it is compiled along, as in an editor.</summary>
public sealed class MarkedMethodsTests
{
    private const string Library = """
        using ParaKit.Guest;
        using static Words;
        [System.AttributeUsage(System.AttributeTargets.Method)] public sealed class SensitiveAttribute : System.Attribute;
        public static class Words { public const string Sensitive = "sensitive"; }
        public static class Global { [ParaKit.Guest.Sensitive("global", Sensitivity.Privileged)] public static void InNoNamespace() { } }
        namespace Library
        {
            public class Outer
            {
                [ParaKit.Guest.Sensitive("a", Sensitivity.Privileged)] public static void Overloaded() { }
                [ParaKit.Guest.Sensitive("b", Sensitivity.Privileged)] public static void Overloaded(int value) { }
                public static void Overloaded(string value) { }
                public static class Nested
                {
                    [ParaKit.Guest.Sensitive("nested", Sensitivity.SensitiveUnprivileged)] public static void InNested() { }
                    public static class Deeper<T> { [ParaKit.Guest.Sensitive("deeper", Sensitivity.Privileged)] public static void InDeeper<TOther>(T value, TOther other) { } }
                }
            }
            public class Generic<T>
            {
                public int this[int index] { [ParaKit.Guest.Sensitive("get", Sensitivity.Privileged)] get => 0; set { } }
                [ParaKit.Guest.Sensitive("add", Sensitivity.Privileged)] public static Generic<T> operator +(Generic<T> left, Generic<T> right) => left;
                public int Size { get; [ParaKit.Guest.Sensitive("set", Sensitivity.Privileged)] set; }
            }
            public interface IDevice { [ParaKit.Guest.Sensitive("device", Sensitivity.Privileged)] void Reset(); }
            internal static class Decoys
            {
                [global::Sensitive] public static void OfAnotherName() { }
                [System.Obsolete(Sensitive)] public static void Old() { }
            }
        }
        """;

    [Fact]
    public void FileAndSource_GiveTheSameOperations()
    {
        CSharpCompilation library = GuestCompilation.Create(Library).WithAssemblyName("Library").WithOptions(GuestCompilation.Options.WithGeneralDiagnosticOption(ReportDiagnostic.Default));
        using MemoryStream file = new();
        Assert.Empty(library.Emit(file).Diagnostics.Where(static one => one.Severity == DiagnosticSeverity.Error));
        string[] ofSource = Operations(library.ToMetadataReference());
        Assert.Equal(ofSource, Operations(MetadataReference.CreateFromImage(file.ToArray())));
        Assert.Equal(9, ofSource.Length);
    }

    private static string[] Operations(MetadataReference library)
    {
        CSharpCompilation guest = GuestCompilation.Create("").AddReferences(library);
        var assembly = (IAssemblySymbol)guest.GetAssemblyOrModuleSymbol(library)!;
        Assert.Contains(assembly, DeclaredOperations.Libraries(guest), SymbolEqualityComparer.Default);
        return [.. DeclaredOperations.InReferences(guest).Where(one => SymbolEqualityComparer.Default.Equals(one.Method.ContainingAssembly, assembly))
            .Select(static one => $"{one.Method.ToDisplayString()} {one.Mnemonic} {one.Sensitivity}").Order(StringComparer.Ordinal)];
    }
}
