using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ParaKit.Cli.Rendering;

/// <summary>Serialization of <see cref="AuditDocument"/>, generated at compile time.</summary>
[JsonSerializable(typeof(AuditDocument))]
internal sealed partial class AuditReportJson : JsonSerializerContext
{
    // The output is a file or a pipe, never part of an HTML page: text stays readable.
    private static readonly JsonSerializerOptions s_readable = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>Writes a report as UTF-8, ending with a newline.</summary>
    public static void Write(AuditDocument report, Stream output)
    {
        var context = new AuditReportJson(new JsonSerializerOptions(s_readable));
        JsonSerializer.Serialize(output, report, context.AuditDocument);
        output.WriteByte((byte)'\n');
        output.Flush();
    }
}
