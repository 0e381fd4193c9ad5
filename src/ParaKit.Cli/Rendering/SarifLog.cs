using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ParaKit.Workspaces.Auditing;

namespace ParaKit.Cli.Rendering;

/// <summary>An audit as a SARIF 2.1.0 log (OASIS, "Static Analysis Results Interchange Format"), for code-scanning services and editors.</summary>
internal static class SarifLog
{
    private const string Schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
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

    private static readonly JsonSerializerOptions s_readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>The log as text. Operations that behave alike everywhere are not findings.</summary>
    public static string Of(AuditReport report)
    {
        var log = new JsonObject
        {
            ["$schema"] = Schema,
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(new JsonObject
            {
                ["tool"] = new JsonObject { ["driver"] = Driver() },
                ["columnKind"] = "utf16CodeUnits",
                ["originalUriBaseIds"] = new JsonObject
                {
                    [Root] = new JsonObject { ["description"] = Message($"The folder of {report.Name}.") },
                },
                ["results"] = new JsonArray([.. report.Uses.Where(use => use.Rewriting != Rewriting.Unneeded).Select(Result)]),
            }),
        };
        return log.ToJsonString(s_readable) + "\n";
    }

    private static JsonObject Driver() => new()
    {
        ["name"] = "parakit audit",
        ["semanticVersion"] = typeof(SarifLog).Assembly.GetName().Version!.ToString(3),
        ["rules"] = new JsonArray([.. s_rules.Select(rule => new JsonObject
        {
            ["id"] = rule.Id,
            ["shortDescription"] = Message(rule.Title),
            ["helpUri"] = $"{Pages}{rule.Id}.md",
            ["defaultConfiguration"] = new JsonObject { ["level"] = rule.Level },
        })]),
    };

    private static JsonObject Result(OperationUse use)
    {
        var id = AuditWords.RuleId(use);
        var rule = Array.FindIndex(s_rules, candidate => candidate.Id == id);
        var result = new JsonObject
        {
            ["ruleId"] = id,
            ["ruleIndex"] = rule,
            ["level"] = s_rules[rule].Level,
            ["message"] = Message(Text(use)),
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
            ["artifactLocation"] = new JsonObject { ["uri"] = string.Join('/', use.File.Split('/').Select(Uri.EscapeDataString)), ["uriBaseId"] = Root },
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

    private static JsonObject Message(string text) => new() { ["text"] = text };
}
