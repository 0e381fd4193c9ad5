using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ParaKit.TableGenerator.Tests;

/// <summary>Runs a generator over sources, once or again after an edit, with step tracking.</summary>
internal sealed class GeneratorHarness
{
    private static readonly CSharpParseOptions s_options = new(LanguageVersion.Preview);
    private static readonly ImmutableArray<MetadataReference> s_references =
        [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)];

    private GeneratorDriver _driver;

    public GeneratorHarness(IIncrementalGenerator generator) => _driver = CSharpGeneratorDriver.Create(
        [generator.AsSourceGenerator()],
        parseOptions: s_options,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    public GeneratorRunResult Run(params string[] sources)
    {
        var compilation = CSharpCompilation.Create(
            "Test",
            sources.Select((text, i) => CSharpSyntaxTree.ParseText(text, s_options, $"{i}.cs")),
            s_references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        _driver = _driver.RunGenerators(compilation);
        return _driver.GetRunResult().Results[0];
    }

    /// <summary>Whether every output of a step was reused or recomputed to the same value.</summary>
    public static bool IsCached(GeneratorRunResult result, string step) => result.TrackedSteps[step]
        .SelectMany(run => run.Outputs)
        .All(output => output.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged);
}
