using System.Text.Json.Serialization;
using ParaKit.Workspaces.Porting;

namespace ParaKit.Cli.Rendering;

/// <summary>What <c>parakit port --json</c> prints; docs/json-output.md describes it.</summary>
/// <param name="Project">File name of the project.</param>
/// <param name="WrittenTo">Folder that was written; null for a dry run.</param>
/// <param name="Files">Changed files.</param>
/// <param name="Calls">Calls made explicit, by operation.</param>
/// <param name="Fixes">Changes by code fixes, by rule.</param>
/// <param name="Remaining">What is left to do by hand.</param>
/// <param name="Diff">All changes as a unified diff.</param>
internal sealed record PortDocument(
    string Project,
    string? WrittenTo,
    IReadOnlyList<string> Files,
    IReadOnlyDictionary<string, int> Calls,
    IReadOnlyDictionary<string, int> Fixes,
    IReadOnlyList<PortDocument.Use> Remaining,
    string Diff)
{
    /// <summary>Makes the document.</summary>
    public static PortDocument Of(PortReport report, string? folder) => new(
        Path.GetFileName(report.Project),
        folder,
        [.. report.Files.Select(file => file.Path)],
        report.Calls,
        report.Fixes,
        [.. report.Remaining.Select(use => new Use(use.File, use.Line, use.Operation, use.Reason))],
        UnifiedDiff.Of(report.Files));

    /// <summary>One use that remains.</summary>
    internal sealed record Use(string File, int Line, string Operation, string Reason);
}

/// <summary>Serialization of <see cref="PortDocument"/>, generated at compile time.</summary>
[JsonSerializable(typeof(PortDocument))]
internal sealed partial class PortDocumentJson : JsonSerializerContext
{
    /// <summary>Writes a document as UTF-8, ending with a newline.</summary>
    public static void Write(PortDocument document, Stream output) =>
        ReadableJson.Write(output, document, static options => new PortDocumentJson(options).PortDocument);
}
