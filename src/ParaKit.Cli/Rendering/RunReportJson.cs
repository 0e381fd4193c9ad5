using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ParaKit.Cli.Rendering;

/// <summary>Serialization of <see cref="RunReport"/>, generated at compile time.</summary>
[JsonSerializable(typeof(RunReport))]
internal sealed partial class RunReportJson : JsonSerializerContext
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
    public static void Write(RunReport report, Stream output)
    {
        var context = new RunReportJson(new JsonSerializerOptions(s_readable));
        JsonSerializer.Serialize(output, report, context.RunReport);
        output.WriteByte((byte)'\n');
        output.Flush();
    }
}
