using System.Globalization;
using System.Text.RegularExpressions;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Experiments;

/// <summary>A round of the sample kernel's memory load, as it prints it.</summary>
/// <param name="Touches">Pages touched.</param>
/// <param name="Time">Time that it took, in the guest's unit.</param>
/// <param name="PageOuts">Pages that the guest had written to its disk by then.</param>
/// <param name="PageIns">Pages that it had read.</param>
internal sealed partial record LoadOutput(double Touches, double Time, double PageOuts, double PageIns)
{
    private const int ProbedPages = 64;

    /// <summary>Time that one touch took.</summary>
    public double TimePerTouch => Time / Touches;

    /// <summary>The rounds of a run that lost nothing.</summary>
    /// <exception cref="InvalidOperationException">It did, or did not end.</exception>
    public static IReadOnlyList<LoadOutput> Of(RunResult result) => result.Console.Contains("LOAD PASS", StringComparison.Ordinal)
        ? [.. Rounds().Matches(result.Console).Select(m => new LoadOutput(Number(m, 1), Number(m, 2), Number(m, 3), Number(m, 4)))]
        : throw new InvalidOperationException($"The load did not pass: {result.Reason} {result.Console}");

    /// <summary>Time per write that a guest measured: of pages that others have too, and of pages that nobody has.</summary>
    public static (double Common, double Unique) Probe(RunResult result)
    {
        var match = Probes().Match(result.Console);
        return (Number(match, 1) / ProbedPages, Number(match, 2) / ProbedPages);
    }

    private static double Number(Match match, int group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^LOAD touches (\d+) time (\d+) out (\d+) in (\d+)", RegexOptions.Multiline)]
    private static partial Regex Rounds();

    [GeneratedRegex(@"^PROBE common (\d+) unique (\d+)", RegexOptions.Multiline)]
    private static partial Regex Probes();
}
