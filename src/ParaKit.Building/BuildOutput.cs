using System.Text.RegularExpressions;

namespace ParaKit.Building;

/// <summary>What matters in the lines that a build prints.</summary>
public static partial class BuildOutput
{
    /// <summary>Errors and warnings, each once: MSBuild prints them as they come and again at the end.</summary>
    /// <param name="lines">All lines.</param>
    /// <param name="onlyDiagnostics">Nothing if there are none; otherwise a failure without a known error shows all lines.</param>
    public static IReadOnlyList<string> Problems(IReadOnlyList<string> lines, bool onlyDiagnostics)
    {
        string[] problems = [.. lines.Where(line => Diagnostic().IsMatch(line)).Select(line => line.Trim()).Distinct()];
        return problems.Length > 0 || onlyDiagnostics ? problems : lines;
    }

    /// <summary>Name of the project that a line reports as built ("Guest -> path"), or null.</summary>
    public static string? BuiltProject(string line) =>
        line.IndexOf(" -> ", StringComparison.Ordinal) is > 0 and var arrow ? line[..arrow].Trim() : null;

    [GeneratedRegex(@"(^|: |\s)(error|warning)( [A-Z]+\d+)?\s?:")]
    private static partial Regex Diagnostic();
}
