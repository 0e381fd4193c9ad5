using System.Text.Json.Nodes;
using ParaKit.Rewriter.Classification;
using ParaKit.Rewriter.Discovery;
using ParaKit.Rewriter.Scanning;

namespace ParaKit.Cli.Rendering;

/// <summary>A scan as a SARIF log: binary regions and functions, with source lines beside them.</summary>
internal static class ScanSarif
{
    private const string Root = "SCANNED";
    private const string Page = "https://github.com/parakit/parakit/blob/main/docs/scan.md";

    private static readonly InstructionClass[] s_classes =
        [InstructionClass.Privileged, InstructionClass.SensitiveUnprivileged, InstructionClass.Revealing];

    /// <summary>The log as text.</summary>
    public static string Of(ScanReport report, RingLayout layout) => Sarif.Log(
        "parakit scan",
        s_classes.Select(which => Sarif.Rule(ScanWords.Json(which), ScanWords.Of(which).Name + " instruction", Page, Level(which))),
        (Root, $"The folder of {report.Image.Name}."),
        report.Findings.Select(finding => Result(report, finding, layout)));

    /// <summary>Where an instruction is: file offset, address and function.</summary>
    public static JsonObject Location(ScanFinding finding, string file, string root)
    {
        var location = new JsonObject
        {
            ["physicalLocation"] = new JsonObject
            {
                ["artifactLocation"] = Sarif.Artifact(file, root),
                ["region"] = new JsonObject { ["byteOffset"] = finding.Offset, ["byteLength"] = finding.Length },
                ["address"] = new JsonObject { ["kind"] = "instruction", ["fullyQualifiedName"] = ScanWords.Address(finding.Address) },
            },
        };
        if (finding.Symbol is { } symbol)
        {
            location["logicalLocations"] = new JsonArray(new JsonObject { ["fullyQualifiedName"] = symbol.Name, ["kind"] = "function" });
        }

        return location;
    }

    private static JsonObject Result(ScanReport report, ScanFinding finding, RingLayout layout)
    {
        var which = finding.Kind.Class;
        var result = new JsonObject
        {
            ["ruleId"] = ScanWords.Json(which),
            ["ruleIndex"] = Array.IndexOf(s_classes, which),
            ["level"] = Level(which),
            ["message"] = Sarif.Message($"'{finding.Text}'; deprivileged: {layout.Deprivileged(finding.Kind)}{(finding.Origin == CodeOrigin.Sweep ? "; found by linear sweep, may be data" : "")}"),
            ["locations"] = new JsonArray(Location(finding, report.Image.Name, Root)),
        };
        if (finding.Line is { } line)
        {
            result["relatedLocations"] = new JsonArray(new JsonObject
            {
                ["physicalLocation"] = new JsonObject
                {
                    ["artifactLocation"] = Sarif.Artifact(line.File, Root),
                    ["region"] = new JsonObject { ["startLine"] = Math.Max(1, line.Line) },
                },
            });
        }

        return result;
    }

    private static string Level(InstructionClass which) => which == InstructionClass.SensitiveUnprivileged ? "warning" : "note";
}
