namespace ParaKit.Cli.Rendering;

/// <summary>
/// Compares what guests print about themselves: lines that start with "CHECK " must not depend on how the kernel is run.
/// </summary>
internal static class CheckLines
{
    private const string Prefix = "CHECK ";
    private const string Missing = "(no such line)";

    /// <summary>The check lines of a console, in order.</summary>
    public static IReadOnlyList<string> Of(string console) =>
        [.. console.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.StartsWith(Prefix, StringComparison.Ordinal))];

    /// <summary>Whether the check lines of all runs are the same.</summary>
    public static bool AreEqual(IReadOnlyList<TechniqueRun> runs) =>
        runs.Skip(1).All(run => Of(run.Result.Console).SequenceEqual(Of(runs[0].Result.Console), StringComparer.Ordinal));

    /// <summary>One sentence if they are the same; otherwise each line that differs, with its text in every run.</summary>
    public static IReadOnlyList<string> Describe(IReadOnlyList<TechniqueRun> runs)
    {
        if (!AreEqual(runs))
        {
            return ["CHECK lines differ:", .. Differences(runs)];
        }

        var count = Of(runs[0].Result.Console).Count;
        return [count == 0 ? "CHECK lines: no run printed any." : $"CHECK lines: {count}, equal in every run."];
    }

    private static IEnumerable<string> Differences(IReadOnlyList<TechniqueRun> runs)
    {
        var lines = runs.Select(run => Of(run.Result.Console)).ToArray();
        var width = runs.Max(run => run.Result.Technique.Length);
        for (var index = 0; index < lines.Max(list => list.Count); index++)
        {
            var texts = lines.Select(list => index < list.Count ? list[index] : Missing).ToArray();
            if (texts.Distinct(StringComparer.Ordinal).Count() > 1)
            {
                yield return $"  line {index + 1}:";
                foreach (var (run, text) in runs.Zip(texts))
                {
                    yield return $"    {run.Result.Technique.PadRight(width)}  {text}";
                }
            }
        }
    }
}
