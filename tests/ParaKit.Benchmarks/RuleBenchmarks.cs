using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using ParaKit.Analyzers;
using ParaKit.Generators;
using ParaKit.RoslynTesting;

namespace ParaKit.Benchmarks;

/// <summary>
/// What the rules and the generators cost on a kernel of 50,000 lines with 5,000 sensitive calls: <see cref="CompileWithRules"/> without
/// <see cref="Compile"/> is their share of a compilation, <see cref="Edit"/> is what a keystroke costs. docs/performance.md sets them against
/// a whole build.
/// </summary>
public class RuleBenchmarks
{
    private static readonly ImmutableArray<DiagnosticAnalyzer> s_rules = [.. typeof(RuleIds).Assembly.GetTypes()
        .Where(type => type.IsDefined(typeof(DiagnosticAnalyzerAttribute), inherit: false))
        .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)];

    private readonly (string Name, string Text)[] _sources = [.. GeneratedGuest.Sources()];
    private GeneratorDriver _driver = null!;
    private CSharpCompilation _guest = null!;
    private int _edits;

    /// <summary>Mode of the build; editors use the first, native.</summary>
    [Params("native", "paravirt")]
    public string Mode { get; set; } = "";

    /// <summary>Runs the generators once, as an editor that has the project open.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _guest = Parse();
        _driver = Generators().RunGenerators(_guest);
    }

    /// <summary>Parsing, binding and writing the assembly.</summary>
    [Benchmark(Baseline = true)]
    public bool Compile() => Parse().Emit(Stream.Null).Success;

    /// <summary>The same with generators and rules, which run beside the compiler.</summary>
    [Benchmark]
    public async Task<int> CompileWithRules()
    {
        Generators().RunGeneratorsAndUpdateCompilation(Parse(), out Compilation generated, out _);
        CompilationWithAnalyzers analysis = WithRules(generated);
        Task<ImmutableArray<Diagnostic>> diagnostics = analysis.GetAnalyzerDiagnosticsAsync();
        analysis.Compilation.Emit(Stream.Null);
        return (await diagnostics).Length;
    }

    /// <summary>One changed method: the generators again, and the rules on that file.</summary>
    [Benchmark]
    public async Task<int> Edit()
    {
        _edits++;
        CSharpCompilation edited = _guest.Edit("Part7.cs", text => text.Replace("int sum = first;", $"int sum = first + {_edits};", StringComparison.Ordinal));
        _driver = _driver.RunGeneratorsAndUpdateCompilation(edited, out Compilation output, out _);
        CompilationWithAnalyzers analysis = WithRules(output);
        SyntaxTree tree = edited.SyntaxTrees.Single(file => file.FilePath.EndsWith("/Part7.cs", StringComparison.Ordinal));
        ImmutableArray<Diagnostic> found = await analysis.GetAnalyzerSemanticDiagnosticsAsync(analysis.Compilation.GetSemanticModel(tree), null, CancellationToken.None);
        return found.Length;
    }

    private CSharpCompilation Parse() => GuestCompilation.CreateFrom(_sources)
        .WithOptions(GuestCompilation.Options.WithGeneralDiagnosticOption(ReportDiagnostic.Default));

    private CSharpGeneratorDriver Generators() => CSharpGeneratorDriver.Create(
        [new PrivilegedCallGenerator().AsSourceGenerator(), new KernelEntryGenerator().AsSourceGenerator(), new HypercallGenerator().AsSourceGenerator(), new IoRingGenerator().AsSourceGenerator()],
        parseOptions: GuestCompilation.ParseOptions,
        optionsProvider: new BuildProperties(Mode));

    private CompilationWithAnalyzers WithRules(Compilation compilation) => compilation.WithAnalyzers(
        s_rules, new CompilationWithAnalyzersOptions(new AnalyzerOptions([], new BuildProperties(Mode)), null, concurrentAnalysis: true, logAnalyzerExecutionTime: false));
}
