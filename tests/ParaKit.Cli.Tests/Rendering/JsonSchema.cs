using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ParaKit.Cli.Tests.Rendering;

/// <summary>The part of JSON Schema 2020-12 that ParaKit's schemas use; a keyword outside it is an error, not ignored.</summary>
internal sealed class JsonSchema(JsonNode root)
{
    private static readonly string[] s_known =
        ["$schema", "$defs", "$ref", "title", "description", "type", "properties", "required", "additionalProperties", "items", "minItems", "enum", "pattern", "minimum"];

    internal static JsonSchema ForRunReport() => For("run-report.schema.json");

    internal static JsonSchema ForAuditReport() => For("audit-report.schema.json");

    internal static JsonSchema ForShowReport() => For("show-report.schema.json");

    internal static JsonSchema ForScanReport() => For("scan-report.schema.json");

    internal static JsonSchema ForCertificate() => For("certificate.schema.json");

    internal static JsonSchema ForPortReport() => For("port-report.schema.json");

    internal static JsonSchema ForRewriteReport() => For("rewrite-report.schema.json");

    internal static JsonSchema ForTraceReport() => For("trace-report.schema.json");

    internal static JsonSchema ForExperiment() => For("experiment-report.schema.json");

    internal static JsonSchema ForMemoryMap() => For("memory-map.schema.json");

    internal static JsonSchema ForHostReport() => For("host-report.schema.json");

    internal static JsonSchema ForTopReport() => For("top-report.schema.json");

    internal static JsonSchema ForHostAnnouncement() => For("host-announcement.schema.json");

    internal static JsonSchema ForCostProfile() => For("cost-profile.schema.json");

    private static JsonSchema For(string name)
    {
        using var stream = typeof(JsonSchema).Assembly.GetManifestResourceStream(name)!;
        return new JsonSchema(JsonNode.Parse(stream)!);
    }

    internal IReadOnlyList<string> Problems(JsonNode? value) => [.. Check(root, value, "$")];

    private IEnumerable<string> Check(JsonNode schema, JsonNode? value, string path)
    {
        var unknown = schema.AsObject().Select(member => member.Key).Except(s_known).ToArray();
        Assert.Empty(unknown);
        if (schema["$ref"] is { } reference)
        {
            foreach (var problem in Check(Resolve(reference.GetValue<string>()), value, path))
            {
                yield return problem;
            }
        }

        foreach (var problem in CheckValue(schema, value, path).Concat(CheckMembers(schema, value as JsonObject, path)).Concat(CheckItems(schema, value as JsonArray, path)))
        {
            yield return problem;
        }
    }

    private JsonNode Resolve(string reference) =>
        reference.Split('/').Skip(1).Aggregate(root, (node, name) => node[name] ?? throw new InvalidOperationException($"No {reference}."));

    private static IEnumerable<string> CheckValue(JsonNode schema, JsonNode? value, string path)
    {
        if (schema["type"] is { } type && !Types(type).Any(name => IsOfType(name, value)))
        {
            yield return $"{path}: is not of type {type.ToJsonString()}";
        }

        if (schema["enum"] is JsonArray values && !values.Any(allowed => JsonNode.DeepEquals(allowed, value)))
        {
            yield return $"{path}: is none of {values.ToJsonString()}";
        }

        if (schema["pattern"] is { } pattern && value is JsonValue text && !Regex.IsMatch(text.ToString(), pattern.GetValue<string>()))
        {
            yield return $"{path}: does not match {pattern}";
        }

        if (schema["minimum"] is { } minimum && value?.GetValueKind() == JsonValueKind.Number && Number(value) < Number(minimum))
        {
            yield return $"{path}: is less than {minimum}";
        }
    }

    private IEnumerable<string> CheckMembers(JsonNode schema, JsonObject? value, string path)
    {
        if (value is null)
        {
            yield break;
        }

        foreach (var name in (schema["required"] as JsonArray ?? []).Select(name => name!.GetValue<string>()).Where(name => !value.ContainsKey(name)))
        {
            yield return $"{path}: '{name}' is missing";
        }

        foreach (var (name, member) in value)
        {
            var memberSchema = schema["properties"]?[name] ?? schema["additionalProperties"];
            var problems = memberSchema switch
            {
                null => [],
                JsonValue allowed => allowed.GetValue<bool>() ? [] : [$"{path}: '{name}' is not allowed"],
                _ => Check(memberSchema, member, $"{path}.{name}"),
            };
            foreach (var problem in problems)
            {
                yield return problem;
            }
        }
    }

    private IEnumerable<string> CheckItems(JsonNode schema, JsonArray? value, string path)
    {
        if (value is null)
        {
            return [];
        }

        IEnumerable<string> count = value.Count < (schema["minItems"]?.GetValue<int>() ?? 0) ? [$"{path}: has too few items"] : [];
        return schema["items"] is { } items ? count.Concat(value.SelectMany((item, index) => Check(items, item, $"{path}[{index}]"))) : count;
    }

    private static IEnumerable<string> Types(JsonNode type) => type is JsonArray several ? several.Select(t => t!.GetValue<string>()) : [type.GetValue<string>()];

    private static bool IsOfType(string name, JsonNode? value) => (name, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) or ("null", JsonValueKind.Null) or ("number", JsonValueKind.Number) => true,
        ("integer", JsonValueKind.Number) => decimal.IsInteger(Number(value!)),
        _ => false,
    };

    private static decimal Number(JsonNode node) => decimal.Parse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);
}
