using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ParaKit.Generators;
using ParaKit.RoslynTesting;
using Xunit.Abstractions;

namespace ParaKit.Analyzers.Tests;

/// <summary>
/// Analyzers and generator run on every keystroke, so on source that ends anywhere: none may throw. Prefixes end at token boundaries. An
/// ordinary run takes a random sample of them, by the seed that it prints or that <c>PARAKIT_FUZZ_SEED</c> gives; with
/// <c>PARAKIT_FUZZ=all</c> every single one is tried.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Sample = 100;
    private const int Seed = 20260;

    [Fact]
    public async Task Prefixes_OfTheSampleGuest_NothingThrows() => await CheckAsync(
        Directory.GetFiles(AllRules.Folder("SampleGuest"), "*.cs").Order().Select(File.ReadAllText));

    [Fact]
    public async Task Prefixes_OfTheCorpus_NothingThrows() => await CheckAsync(Corpora.Read().Select(snippet => snippet.Source.Text));

    [Theory]
    [InlineData("object M(string s) => s{0};", " + s", 4000)]
    [InlineData("ulong M(ulong s) {{ ParaKit.Guest.X86.Cli(); s = s{0}; ParaKit.Guest.X86.Sti(); return s; }}", " + ParaKit.Guest.X86.ReadCr3()", 2000)]
    [InlineData("void M(int s) {{ {0} }}", "if (s > 3) { s++; } else ", 150)]
    [InlineData("void M0(int s) {{ }} {0}", "[ParaKit.Guest.InterruptContext] void M#(int s) { s++; ParaKit.Guest.X86.Pause(); M#(s); M0(s); } ", 200)]
    [InlineData("void M0(int s) {{ }} {0}", "[ParaKit.Guest.InterruptContext] void M#(int s) => N#(s); void N#(int s) => M~(s); ", 700)]
    [InlineData("unsafe uint M(ParaKit.Abi.SharedRing* r) => 0{0};", " + r->RequestProducer", 2000)]
    [InlineData("unsafe void M(ParaKit.Abi.SharedRing* r, uint* s) {{ {0} }}", "if (s[r->RequestEvent] > 3) { r->RequestProducer = *s; ParaKit.Guest.X86.Hlt(); } ", 300)]
    public async Task LongSources_NothingThrows(string source, string part, int count)
    {
        string parts = string.Concat(Enumerable.Range(1, count).Select(i => part.Replace("#", $"{i}", StringComparison.Ordinal).Replace("~", $"{i - 1}", StringComparison.Ordinal)));
        string member = string.Format(System.Globalization.CultureInfo.InvariantCulture, source, parts).Replace("else  }", "{ } }", StringComparison.Ordinal);
        var diagnostics = await AnalyzerCheck.ReportAsync(AllRules.Create(), GuestCompilation.Create($"class Kernel {{ {member} }}"));
        Assert.DoesNotContain(diagnostics, diagnostic => diagnostic.Id == "AD0001");
    }

    private async Task CheckAsync(IEnumerable<string> sources)
    {
        string[] prefixes = [.. sources.SelectMany(Prefixes).Distinct()];
        int seed = int.TryParse(Environment.GetEnvironmentVariable("PARAKIT_FUZZ_SEED"), out int given) ? given : Seed;
        new Random(seed).Shuffle(prefixes);
        int count = Environment.GetEnvironmentVariable("PARAKIT_FUZZ") == "all" ? prefixes.Length : Math.Min(Sample, prefixes.Length);
        for (int i = 0; i < count; i++)
        {
            CSharpCompilation compilation = GuestCompilation.Create(prefixes[i]);
            GeneratorRun.Start<IoRingGenerator>(compilation, "paravirt");
            GeneratorRun run = GeneratorRun.Start<PrivilegedCallGenerator>(compilation, "paravirt");
            var diagnostics = await AnalyzerCheck.ReportAsync(AllRules.Create(), run.Output, "paravirt");
            Diagnostic? failure = diagnostics.FirstOrDefault(diagnostic => diagnostic.Id == "AD0001");
            Assert.True(failure is null, $"{failure?.GetMessage(null)}\n--- after\n{prefixes[i]}");
        }

        output.WriteLine($"{count} of {prefixes.Length} prefixes, seed {seed}");
        Assert.True(count > 0);
    }

    private static IEnumerable<string> Prefixes(string source) =>
        CSharpSyntaxTree.ParseText(source, GuestCompilation.ParseOptions).GetRoot().DescendantTokens().Select(token => source[..token.Span.End]);
}
