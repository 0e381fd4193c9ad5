using System.Text.Json;
using System.Text.Json.Serialization;
using ParaKit.Image;
using ParaKit.Rewriter.Static;

namespace ParaKit.Cli.Rendering;

/// <summary>What <c>parakit rewrite --json</c> prints; docs/json-output.md describes it.</summary>
/// <param name="Image">File name of the native image.</param>
/// <param name="ImageSha256">SHA-256 of that file.</param>
/// <param name="Sites">Replaced instructions by address.</param>
/// <param name="Warnings">What was left alone, and why.</param>
internal sealed record RewriteDocument(
    string Image, string ImageSha256, IReadOnlyList<RewriteDocument.Site> Sites, IReadOnlyList<string> Warnings)
{
    /// <summary>Makes the document.</summary>
    public static RewriteDocument Of(KernelImage image, RewrittenImage rewritten) => new(
        image.Name,
        image.Sha256,
        [.. rewritten.Sites.Select(s => new Site(
            $"0x{s.Address:x16}", s.Location, s.Name, JsonNamingPolicy.CamelCase.ConvertName(s.Form.ToString()), s.Before, s.After, s.Trampoline))],
        rewritten.Warnings);

    /// <summary>One replaced instruction.</summary>
    internal sealed record Site(
        string Address, string Location, string Name, string Form, IReadOnlyList<string> Before, IReadOnlyList<string> After, IReadOnlyList<string> Trampoline);
}

/// <summary>Serialization of <see cref="RewriteDocument"/>, generated at compile time.</summary>
[JsonSerializable(typeof(RewriteDocument))]
internal sealed partial class RewriteDocumentJson : JsonSerializerContext
{
    /// <summary>Writes a document as UTF-8, ending with a newline.</summary>
    public static void Write(RewriteDocument document, Stream output) =>
        ReadableJson.Write(output, document, static options => new RewriteDocumentJson(options).RewriteDocument);
}
