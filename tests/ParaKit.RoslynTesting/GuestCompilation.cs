using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ParaKit.RoslynTesting;

/// <summary>Compilations with the options of a guest build.</summary>
public static class GuestCompilation
{
    /// <summary>Folder of the first source file; it exists nowhere.</summary>
    public const string Folder = "/guest/";

    /// <summary>Newest language; interceptors allowed in the generated namespace.</summary>
    public static CSharpParseOptions ParseOptions { get; } = CSharpParseOptions.Default
        .WithLanguageVersion(LanguageVersion.Preview)
        .WithDocumentationMode(DocumentationMode.Parse)
        .WithFeatures([new("InterceptorsNamespaces", "ParaKit.Generated")]);

    /// <summary>Warnings are errors, pointers and nullable annotations are allowed.</summary>
    public static CSharpCompilationOptions Options { get; } = new(
        OutputKind.DynamicallyLinkedLibrary,
        allowUnsafe: true,
        deterministic: true,
        nullableContextOptions: NullableContextOptions.Enable,
        generalDiagnosticOption: ReportDiagnostic.Error);

    /// <summary>Compiles sources named <c>File0.cs</c>, <c>File1.cs</c> …</summary>
    public static CSharpCompilation Create(params string[] sources) =>
        CreateFrom([.. sources.Select((source, index) => ($"File{index}.cs", source))]);

    /// <summary>Compiles named sources.</summary>
    public static CSharpCompilation CreateFrom(params (string FileName, string Text)[] sources) => CSharpCompilation.Create(
        "Guest",
        sources.Select(source => Parse(source.FileName, source.Text)),
        GuestReferences.All,
        Options);

    /// <summary>Replaces one file's text.</summary>
    public static CSharpCompilation Edit(this CSharpCompilation compilation, string fileName, Func<string, string> edit)
    {
        ArgumentNullException.ThrowIfNull(compilation);
        ArgumentNullException.ThrowIfNull(edit);
        SyntaxTree old = compilation.SyntaxTrees.Single(tree => tree.FilePath == Folder + fileName);
        string before = old.ToString();
        string after = edit(before);
        return before != after
            ? compilation.ReplaceSyntaxTree(old, Parse(fileName, after))
            : throw new ArgumentException("The edit changes nothing.", nameof(edit));
    }

    private static SyntaxTree Parse(string fileName, string text) =>
        CSharpSyntaxTree.ParseText(text, ParseOptions, Folder + fileName, Encoding.UTF8);
}
