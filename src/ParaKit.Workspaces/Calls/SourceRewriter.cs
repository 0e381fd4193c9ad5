using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using ParaKit.Workspaces.Auditing;

namespace ParaKit.Workspaces.Calls;

/// <summary>Compiles single files as a paravirtual guest build would, in memory, and lists the calls that are redirected.</summary>
internal sealed class SourceRewriter
{
    private const string Folder = "/guest/";
    private const string GeneratedNamespace = "ParaKit.Generated";

    private static readonly CSharpParseOptions s_parsing = CSharpParseOptions.Default
        .WithLanguageVersion(LanguageVersion.Latest)
        .WithFeatures([new("InterceptorsNamespaces", GeneratedNamespace)]);

    private readonly GeneratorDriver _driver;
    private readonly CSharpCompilation _empty;

    /// <summary>Loads what every compilation needs.</summary>
    /// <param name="references">Core library and guest library.</param>
    /// <param name="generators">Assembly with the generators.</param>
    internal SourceRewriter(IEnumerable<byte[]> references, byte[] generators)
    {
        _empty = CSharpCompilation.Create(
            "Guest",
            references: references.Select(reference => MetadataReference.CreateFromImage(reference)),
            options: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, deterministic: true));
        _driver = CSharpGeneratorDriver.Create(Load(generators), parseOptions: s_parsing, optionsProvider: new ParavirtualBuild());
    }

    /// <summary>Lists the calls of one file.</summary>
    /// <exception cref="GuestLoadException">It does not compile.</exception>
    internal ImmutableArray<RewrittenCall> Find(string source, string fileName, CancellationToken cancellation)
    {
        var tree = CSharpSyntaxTree.ParseText(source, s_parsing, Folder + fileName, Encoding.UTF8, cancellation);
        _driver.RunGeneratorsAndUpdateCompilation(_empty.AddSyntaxTrees(tree), out var compilation, out _, cancellation);
        var errors = compilation.GetDiagnostics(cancellation).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        string[] messages = [.. errors.Select(error => error.ToString().Replace(Folder, "", StringComparison.Ordinal))];
        return messages.Length == 0
            ? [.. new CallFinder(compilation, new ProjectPaths("Guest", Folder, Folder), cancellation).Find(tree)]
            : throw new GuestLoadException("The source does not compile.", messages);
    }

    private static IEnumerable<ISourceGenerator> Load(byte[] assembly)
    {
        using var stream = new MemoryStream(assembly);
        var types = AssemblyLoadContext.GetLoadContext(typeof(SourceRewriter).Assembly)!.LoadFromStream(stream).GetTypes();
        return from type in types
               where type.GetCustomAttribute<GeneratorAttribute>() is not null
               orderby type.FullName
               select ((IIncrementalGenerator)Activator.CreateInstance(type)!).AsSourceGenerator();
    }

    /// <summary>The properties of a paravirtual build, as generators see them.</summary>
    private sealed class ParavirtualBuild : AnalyzerConfigOptionsProvider
    {
        private readonly Properties _properties = new();

        public override AnalyzerConfigOptions GlobalOptions => _properties;

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => _properties;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => _properties;

        private sealed class Properties : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
            {
                value = key == "build_property.ParaKitMode" ? "paravirt" : null;
                return value is not null;
            }
        }
    }
}
