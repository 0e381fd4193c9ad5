using System.Text.Json.Serialization;

namespace ParaKit.Cli.Rendering;

/// <summary>Serialization of <see cref="AuditDocument"/>, generated at compile time.</summary>
[JsonSerializable(typeof(AuditDocument))]
internal sealed partial class AuditReportJson : JsonSerializerContext
{
    /// <summary>Writes a report as UTF-8, ending with a newline.</summary>
    public static void Write(AuditDocument report, Stream output) =>
        ReadableJson.Write(output, report, static options => new AuditReportJson(options).AuditDocument);
}
