using System.Text.Json.Serialization;
using ParaKit.Building.Showing;

namespace ParaKit.Cli.Rendering;

/// <summary>What <c>parakit show --json</c> prints; docs/json-output.md describes it.</summary>
/// <param name="Calls">Rewritten calls by file and position.</param>
internal sealed record ShowDocument(IReadOnlyList<ShowDocument.ShowCall> Calls)
{
    /// <summary>Makes the document.</summary>
    public static ShowDocument Of(IReadOnlyList<ShownCall> calls) => new([.. calls.Select(shown => new ShowCall(
        shown.Call.File,
        shown.Call.Line,
        shown.Call.Symbol,
        shown.Call.Operation,
        shown.Call.Source,
        shown.Call.Interceptor,
        [.. (shown.Code ?? []).Select(range => new ShowCode(range.Function, range.Instructions))]))]);

    /// <summary>One call.</summary>
    internal sealed record ShowCall(
        string File, int Line, string Symbol, string Operation, string Source, IReadOnlyList<string> Interceptor, IReadOnlyList<ShowCode> Code);

    /// <summary>Machine code of the call's lines in one function; null stands for code of other lines in between.</summary>
    internal sealed record ShowCode(string Function, IReadOnlyList<string?> Instructions);
}

/// <summary>Serialization of <see cref="ShowDocument"/>, generated at compile time.</summary>
[JsonSerializable(typeof(ShowDocument))]
internal sealed partial class ShowDocumentJson : JsonSerializerContext
{
    /// <summary>Writes a document as UTF-8, ending with a newline.</summary>
    public static void Write(ShowDocument document, Stream output) =>
        ReadableJson.Write(output, document, static options => new ShowDocumentJson(options).ShowDocument);
}
