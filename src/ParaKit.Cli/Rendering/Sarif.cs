using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ParaKit.Cli.Rendering;

/// <summary>Parts of SARIF 2.1.0 logs (OASIS, "Static Analysis Results Interchange Format").</summary>
internal static class Sarif
{
    private const string Schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

    private static readonly JsonSerializerOptions s_readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>A log of one run.</summary>
    /// <param name="tool">Name of the tool.</param>
    /// <param name="rules">Its rules; results refer to them by position.</param>
    /// <param name="root">Name of the base of relative addresses, and what it stands for.</param>
    /// <param name="results">The results.</param>
    public static string Log(string tool, IEnumerable<JsonObject> rules, (string Name, string Meaning) root, IEnumerable<JsonObject> results)
    {
        var log = new JsonObject
        {
            ["$schema"] = Schema,
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(new JsonObject
            {
                ["tool"] = new JsonObject
                {
                    ["driver"] = new JsonObject
                    {
                        ["name"] = tool,
                        ["semanticVersion"] = typeof(Sarif).Assembly.GetName().Version!.ToString(3),
                        ["rules"] = new JsonArray([.. rules]),
                    },
                },
                ["columnKind"] = "utf16CodeUnits",
                ["originalUriBaseIds"] = new JsonObject
                {
                    [root.Name] = new JsonObject { ["description"] = Message(root.Meaning) },
                },
                ["results"] = new JsonArray([.. results]),
            }),
        };
        return log.ToJsonString(s_readable) + "\n";
    }

    /// <summary>Text for people.</summary>
    public static JsonObject Message(string text) => new() { ["text"] = text };

    /// <summary>A rule.</summary>
    public static JsonObject Rule(string id, string title, string helpUri, string level) => new()
    {
        ["id"] = id,
        ["shortDescription"] = Message(title),
        ["helpUri"] = helpUri,
        ["defaultConfiguration"] = new JsonObject { ["level"] = level },
    };

    /// <summary>A file by its path relative to a base, with forward slashes.</summary>
    public static JsonObject Artifact(string path, string root) => new()
    {
        ["uri"] = string.Join('/', path.Split('/').Select(Uri.EscapeDataString)),
        ["uriBaseId"] = root,
    };

    /// <summary>Writes a log to a file.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static void Write(string file, string log)
    {
        try
        {
            File.WriteAllText(file, log);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{file}' cannot be written: {exception.Message}");
        }
    }
}
