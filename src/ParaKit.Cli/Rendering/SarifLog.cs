using System.Text.Json.Nodes;
using ParaKit.Workspaces.Auditing;

namespace ParaKit.Cli.Rendering;

/// <summary>An audit as a SARIF 2.1.0 log (OASIS, "Static Analysis Results Interchange Format"), for code-scanning services and editors.</summary>
internal static class SarifLog
{
    private const string Root = "AUDITED";
    private const string Pages = "https://github.com/parakit/parakit/blob/main/docs/rules/";

    private static readonly (string Id, string Level, string Title)[] s_rules =
    [
        ("PK0001", "note", "Privileged operation"),
        ("PK0002", "warning", "Sensitive but unprivileged operation"),
        ("PK0003", "error", "Sensitive operation cannot be rewritten"),
        ("PK0004", "error", "Paravirtual counterpart missing, inaccessible or signature mismatch"),
        ("PK0005", "error", "Sensitive operation has no paravirtual counterpart"),
    ];

    /// <summary>The log as text. Operations that behave alike everywhere are not findings.</summary>
    public static string Of(AuditReport report) => Sarif.Log(
        "parakit audit",
        s_rules.Select(rule => Sarif.Rule(rule.Id, rule.Title, $"{Pages}{rule.Id}.md", rule.Level)),
        (Root, $"The folder of {report.Name}."),
        report.Uses.Where(use => use.Rewriting != Rewriting.Unneeded).Select(Result));

    private static JsonObject Result(OperationUse use)
    {
        var id = AuditWords.RuleId(use);
        var rule = Array.FindIndex(s_rules, candidate => candidate.Id == id);
        var result = new JsonObject
        {
            ["ruleId"] = id,
            ["ruleIndex"] = rule,
            ["level"] = s_rules[rule].Level,
            ["message"] = Sarif.Message(Text(use)),
            ["locations"] = new JsonArray(Location(use)),
        };
        if (use.Rewriting == Rewriting.NativeOnly)
        {
            result["suppressions"] = new JsonArray(new JsonObject { ["kind"] = "inSource", ["justification"] = "Native on purpose." });
        }

        return result;
    }

    private static string Text(OperationUse use) =>
        $"'{use.Operation}' ({use.Mnemonic}); deprivileged: {use.Deprivileged ?? "unknown"}; paravirt: {(use.NeedsHand ? $"not rewritten, because {use.Problem}" : AuditWords.Becomes(use))}";

    private static JsonObject Location(OperationUse use) => new()
    {
        ["physicalLocation"] = new JsonObject
        {
            ["artifactLocation"] = Sarif.Artifact(use.File, Root),
            ["region"] = new JsonObject
            {
                ["startLine"] = use.Line,
                ["startColumn"] = use.Column,
                ["endLine"] = use.EndLine,
                ["endColumn"] = use.EndColumn,
            },
        },
        ["logicalLocations"] = new JsonArray(new JsonObject { ["fullyQualifiedName"] = use.Symbol, ["kind"] = "member" }),
    };
}
