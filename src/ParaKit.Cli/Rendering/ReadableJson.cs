using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ParaKit.Cli.Rendering;

/// <summary>How all documents of <c>--json</c> are written: for people too, UTF-8, ending with a newline.</summary>
internal static class ReadableJson
{
    // The output is a file or a pipe, never part of an HTML page: text stays readable.
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>Writes a document.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="document">The document.</param>
    /// <param name="describe">Its type's description, generated at compile time, for some options. Options belong to one context: each gets its own.</param>
    public static void Write<T>(Stream output, T document, Func<JsonSerializerOptions, JsonTypeInfo<T>> describe)
    {
        JsonSerializer.Serialize(output, document, describe(new JsonSerializerOptions(s_options)));
        output.WriteByte((byte)'\n');
        output.Flush();
    }
}
