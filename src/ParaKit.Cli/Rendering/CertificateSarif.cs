using System.Text.Json.Nodes;
using ParaKit.Cli.Certifying;

namespace ParaKit.Cli.Rendering;

/// <summary>The problems of a certificate as a SARIF log: in the source where it is known, in the image otherwise.</summary>
internal static class CertificateSarif
{
    private const string Root = "CERTIFIED";
    private const string Page = "https://github.com/parakit/parakit/blob/main/docs/certificate.md";

    private static readonly (ProblemKind Kind, string Title)[] s_rules =
    [
        (ProblemKind.Unhandled, "Sensitive instruction that is not handled"),
        (ProblemKind.NotRewritten, "Sensitive operation that is not rewritten"),
        (ProblemKind.Unmatched, "Source and machine code do not agree"),
    ];

    /// <summary>The log as text.</summary>
    public static string Of(Certificate certificate) => Sarif.Log(
        "parakit certify",
        s_rules.Select(rule => Sarif.Rule(ScanWords.Json(rule.Kind), rule.Title, Page, "error")),
        (Root, $"The folder of {certificate.Source?.Name ?? certificate.MachineCode.Image.Name}."),
        certificate.Problems.Select(problem => Result(problem, certificate.MachineCode.Image.Name)));

    private static JsonObject Result(CertificateProblem problem, string image)
    {
        var place = new JsonObject { ["artifactLocation"] = Sarif.Artifact(problem.File ?? image, Root) };
        if (problem is { File: not null, Line: { } line })
        {
            place["region"] = new JsonObject { ["startLine"] = line };
        }

        return new JsonObject
        {
            ["ruleId"] = ScanWords.Json(problem.Kind),
            ["ruleIndex"] = Array.FindIndex(s_rules, rule => rule.Kind == problem.Kind),
            ["level"] = "error",
            ["message"] = Sarif.Message(problem.Message),
            ["locations"] = new JsonArray(new JsonObject { ["physicalLocation"] = place }),
        };
    }
}
