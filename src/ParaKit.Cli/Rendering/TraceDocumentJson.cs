using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ParaKit.Cli.Rendering;

/// <summary>Serialization of <see cref="TraceDocument"/>, generated at compile time.</summary>
[JsonSerializable(typeof(TraceDocument))]
internal sealed partial class TraceDocumentJson : JsonSerializerContext
{
    private static readonly JsonSerializerOptions s_readable = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>Writes a document as UTF-8, ending with a newline.</summary>
    public static void Write(TraceDocument document, Stream output)
    {
        var context = new TraceDocumentJson(new JsonSerializerOptions(s_readable));
        JsonSerializer.Serialize(output, document, context.TraceDocument);
        output.WriteByte((byte)'\n');
        output.Flush();
    }
}
