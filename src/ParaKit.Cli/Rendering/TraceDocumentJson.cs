using System.Text.Json.Serialization;

namespace ParaKit.Cli.Rendering;

/// <summary>Serialization of <see cref="TraceDocument"/>, generated at compile time.</summary>
[JsonSerializable(typeof(TraceDocument))]
internal sealed partial class TraceDocumentJson : JsonSerializerContext
{
    /// <summary>Writes a document as UTF-8, ending with a newline.</summary>
    public static void Write(TraceDocument document, Stream output) =>
        ReadableJson.Write(output, document, static options => new TraceDocumentJson(options).TraceDocument);
}
