using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ParaKit.RoslynTesting;
using Xunit.Abstractions;

namespace ParaKit.Analyzers.Tests;

/// <summary>How much the rules find, and how often they are wrong, on a corpus whose labels were written before it was run.</summary>
public sealed class CorpusTests(ITestOutputHelper output)
{
    private const int MinimumSnippets = 500;
    private const double MinimumRecall = 0.98;
    private const double MaximumFalsePositives = 0.01;

    [Fact]
    public async Task Corpus_IsFoundAndLittleElse()
    {
        Corpora.Snippet[] corpus = [.. Corpora.Read()];
        SortedDictionary<string, Score> scores = new(StringComparer.Ordinal);
        List<string> differences = [];
        foreach (Corpora.Snippet snippet in corpus)
        {
            await JudgeAsync(snippet, scores, differences);
        }

        Print(corpus.Length, scores, differences);
        Score all = scores.Values.Aggregate((left, right) => new Score(left.Found + right.Found, left.Missed + right.Missed, left.Wrong + right.Wrong));
        string details = string.Join('\n', differences);
        Assert.DoesNotContain("does not compile", details, StringComparison.Ordinal);
        Assert.True(corpus.Length >= MinimumSnippets, $"{corpus.Length} snippets");
        Assert.True(scores[RuleIds.PrivilegedOperation].Recall == 1, details);
        Assert.True(all.Recall >= MinimumRecall && all.FalsePositives <= MaximumFalsePositives, details);
    }

    private static async Task JudgeAsync(Corpora.Snippet snippet, SortedDictionary<string, Score> scores, List<string> differences)
    {
        CSharpCompilation compilation = GuestCompilation.Create(snippet.Source.Text);

        // A declared hypercall gets its body from the generator.
        Diagnostic? error = compilation.GetDiagnostics().FirstOrDefault(diagnostic => diagnostic is { DefaultSeverity: DiagnosticSeverity.Error, Id: not "CS8795" });
        if (error is not null)
        {
            differences.Add($"{snippet.Name}: does not compile: {error}");
            return;
        }

        var missing = snippet.Source.Expected.ToList();
        foreach (Diagnostic diagnostic in await AnalyzerCheck.ReportAsync(AllRules.Create(), compilation))
        {
            if (!snippet.Counts(diagnostic.Id))
            {
                continue;
            }

            bool isExpected = missing.Remove((diagnostic.Id, diagnostic.Location.SourceSpan));
            Add(scores, diagnostic.Id, isExpected ? new Score(1, 0, 0) : new Score(0, 0, 1));
            if (!isExpected)
            {
                differences.Add($"{snippet.Name}: unexpected {diagnostic}");
            }
        }

        foreach (var (id, span) in missing)
        {
            Add(scores, id, new Score(0, 1, 0));
            differences.Add($"{snippet.Name}: missing {id} at '{snippet.Source.Text.Substring(span.Start, span.Length)}'");
        }
    }

    private static void Add(SortedDictionary<string, Score> scores, string id, Score score)
    {
        scores.TryGetValue(id, out Score old);
        scores[id] = new Score(old.Found + score.Found, old.Missed + score.Missed, old.Wrong + score.Wrong);
    }

    private void Print(int count, SortedDictionary<string, Score> scores, List<string> differences)
    {
        output.WriteLine($"{count} snippets");
        output.WriteLine("rule    labels  recall  false positives");
        foreach (var (id, score) in scores)
        {
            output.WriteLine($"{id} {score.Found + score.Missed,7} {score.Recall,7:P0} {score.Wrong,16}");
        }

        differences.ForEach(output.WriteLine);
    }

    private readonly record struct Score(int Found, int Missed, int Wrong)
    {
        internal double Recall => Found + Missed == 0 ? 1 : (double)Found / (Found + Missed);

        internal double FalsePositives => Found + Wrong == 0 ? 0 : (double)Wrong / (Found + Wrong);
    }
}
