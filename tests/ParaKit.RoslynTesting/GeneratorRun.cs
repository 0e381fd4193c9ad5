using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ParaKit.RoslynTesting;

/// <summary>One run of a generator: its text, the compilation with it, and why each step ran.</summary>
public sealed class GeneratorRun
{
    private readonly GeneratorDriver _driver;
    private readonly GeneratorRunResult _result;

    private GeneratorRun(GeneratorDriver driver, Compilation output)
    {
        _driver = driver;
        _result = driver.GetRunResult().Results.Single();
        if (_result.Exception is { } exception)
        {
            throw new InvalidOperationException("The generator failed.", exception);
        }

        Output = (CSharpCompilation)output;
    }

    /// <summary>The guest with the generated files.</summary>
    public CSharpCompilation Output { get; }

    /// <summary>The generated files' texts.</summary>
    public IReadOnlyList<string> Texts => [.. _result.GeneratedSources.Select(source => source.SourceText.ToString())];

    /// <summary>Diagnostics of the generator itself.</summary>
    public ImmutableArray<Diagnostic> Diagnostics => _result.Diagnostics;

    /// <summary>Runs a generator for the first time.</summary>
    /// <param name="compilation">The guest.</param>
    /// <param name="mode">Value of <c>ParaKitMode</c>; null when the compilation is not a guest's.</param>
    /// <param name="rewrite">Value of <c>ParaKitRewrite</c>.</param>
    public static GeneratorRun Start<TGenerator>(CSharpCompilation compilation, string? mode, string? rewrite = null)
        where TGenerator : IIncrementalGenerator, new()
    {
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new TGenerator().AsSourceGenerator()],
            parseOptions: GuestCompilation.ParseOptions,
            optionsProvider: new BuildProperties(mode, rewrite),
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        return Continue(driver, compilation);
    }

    /// <summary>Runs the same generator again on an edited guest.</summary>
    public GeneratorRun Again(CSharpCompilation compilation) => Continue(_driver, compilation);

    /// <summary>Why the outputs of a named step are what they are, in order.</summary>
    public IReadOnlyList<IncrementalStepRunReason> Reasons(string step) =>
        [.. _result.TrackedSteps[step].SelectMany(run => run.Outputs).Select(output => output.Reason)];

    /// <summary>Why the emitted files are what they are: all cached means that no text was written again.</summary>
    public IReadOnlyList<IncrementalStepRunReason> OutputReasons =>
        [.. _result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(run => run.Outputs).Select(output => output.Reason)];

    private static GeneratorRun Continue(GeneratorDriver driver, CSharpCompilation compilation)
    {
        GeneratorDriver next = driver.RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _);
        return new GeneratorRun(next, output);
    }
}
