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
/// What the rules and the generator cost on a kernel of 50,000 lines with 5,000 sensitive calls: the ratio of <see cref="CompileWithRules"/> is
/// their share of a clean build, <see cref="Edit"/> is what a keystroke costs.
/// </summary>
public class RuleBenchmarks
{
    private static readonly ImmutableArray<DiagnosticAnalyzer> s_rules = [.. typeof(RuleIds).Assembly.GetTypes()
        .Where(type => type.IsDefined(typeof(DiagnosticAnalyzerAttribute), inherit: false))
        .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)];

    private readonly (string Name, string Text)[] _sources = [.. GeneratedGuest.Sources()];
    private GeneratorRun _run = null!;
    private CSharpCompilation _guest = null!;
    private int _edits;

    /// <summary>Mode of the build; editors use the first, native.</summary>
    [Params("native", "paravirt")]
    public string Mode { get; set; } = "";

    /// <summary>Runs the generator once, as an editor that has the project open.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _guest = Parse();
        _run = GeneratorRun.Start<PrivilegedCallGenerator>(_guest, Mode);
    }

    /// <summary>Parsing, binding and writing the assembly.</summary>
    [Benchmark(Baseline = true)]
    public bool Compile() => Parse().Emit(Stream.Null).Success;

    /// <summary>The same with generator and rules, which run beside the compiler.</summary>
    [Benchmark]
    public async Task<int> CompileWithRules()
    {
        CSharpCompilation generated = GeneratorRun.Start<PrivilegedCallGenerator>(Parse(), Mode).Output;
        CompilationWithAnalyzers analysis = WithRules(generated);
        Task<ImmutableArray<Diagnostic>> diagnostics = analysis.GetAnalyzerDiagnosticsAsync();
        analysis.Compilation.Emit(Stream.Null);
        return (await diagnostics).Length;
    }

    /// <summary>One changed method: the generator again, and the rules on that file.</summary>
    [Benchmark]
    public async Task<int> Edit()
    {
        _edits++;
        CSharpCompilation edited = _guest.Edit("Part7.cs", text => text.Replace("int sum = first;", $"int sum = first + {_edits};", StringComparison.Ordinal));
        _run = _run.Again(edited);
        CompilationWithAnalyzers analysis = WithRules(_run.Output);
        SyntaxTree tree = edited.SyntaxTrees.Single(file => file.FilePath.EndsWith("/Part7.cs", StringComparison.Ordinal));
        ImmutableArray<Diagnostic> found = await analysis.GetAnalyzerSemanticDiagnosticsAsync(analysis.Compilation.GetSemanticModel(tree), null, CancellationToken.None);
        return found.Length;
    }

    private CSharpCompilation Parse() => GuestCompilation.CreateFrom(_sources)
        .WithOptions(GuestCompilation.Options.WithGeneralDiagnosticOption(ReportDiagnostic.Default));

    private CompilationWithAnalyzers WithRules(CSharpCompilation compilation) => compilation.WithAnalyzers(
        s_rules, new CompilationWithAnalyzersOptions(new AnalyzerOptions([], new BuildProperties(Mode)), null, concurrentAnalysis: true, logAnalyzerExecutionTime: false));
}
