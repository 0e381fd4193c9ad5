using System.CommandLine;

namespace ParaKit.Cli.Commands;

/// <summary>The options for reports that several commands have, each defined once.</summary>
internal static class ReportOptions
{
    /// <summary>The report as one JSON document.</summary>
    public static Option<bool> Json() => new("--json")
    {
        Description = "Print one JSON document to standard output, and nothing else (see docs/json-output.md).",
    };

    /// <summary>The report also as SARIF.</summary>
    /// <param name="what">What a result in that file stands for, in the plural.</param>
    public static Option<string> Sarif(string what) => new("--sarif")
    {
        Description = $"Also write the {what} to this file as SARIF 2.1.0.",
        HelpName = "file",
    };
}
