using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ParaKit.Benchmarks;

/// <summary>An analyzer that does nothing: what it costs is the compiler's own work for having one.</summary>
internal static class IdleAnalyzer
{
    private const string Source = """
        using System.Collections.Immutable;
        using Microsoft.CodeAnalysis;
        using Microsoft.CodeAnalysis.Diagnostics;

        [DiagnosticAnalyzer(LanguageNames.CSharp)]
        public sealed class Idle : DiagnosticAnalyzer
        {
            private static readonly DiagnosticDescriptor s_descriptor = new("IDLE1", "Idle", "Idle", "Idle", DiagnosticSeverity.Warning, true);

            public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(s_descriptor);

            public override void Initialize(AnalysisContext context)
            {
                context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
                context.EnableConcurrentExecution();
                context.RegisterCompilationStartAction(static start => start.RegisterSemanticModelAction(static _ => { }));
            }
        }
        """;

    /// <summary>Compiles it for the compiler in a folder.</summary>
    /// <returns>Its file.</returns>
    internal static string Write(string folder, string compiler)
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string[] references = ["System.Private.CoreLib", "System.Runtime", "System.Collections", "System.Collections.Immutable", "netstandard"];
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Idle",
            [CSharpSyntaxTree.ParseText(Source)],
            [.. references.Select(name => MetadataReference.CreateFromFile(Path.Join(framework, name + ".dll"))), MetadataReference.CreateFromFile(Path.Join(compiler, "Microsoft.CodeAnalysis.dll"))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        string file = Path.Join(folder, "Idle.dll");
        var result = compilation.Emit(file);
        return result.Success ? file : throw new InvalidOperationException(string.Join('\n', result.Diagnostics));
    }
}
