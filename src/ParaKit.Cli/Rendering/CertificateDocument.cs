using System.Text.Json.Serialization;
using ParaKit.Cli.Certifying;
using ParaKit.Rewriter.Certifying;
using ParaKit.Rewriter.Classification;
using ParaKit.Workspaces.Auditing;

namespace ParaKit.Cli.Rendering;

/// <summary>What <c>parakit certify --json</c> prints; docs/json-output.md describes it.</summary>
/// <param name="Image">File name of the image.</param>
/// <param name="ImageSha256">SHA-256 of that file.</param>
/// <param name="Technique">How it is to be run.</param>
/// <param name="Layout">How it is deprivileged.</param>
/// <param name="Holds">Whether there are no problems.</param>
/// <param name="Operations">Operations of the source that are rewritten; null if only an image was given.</param>
/// <param name="Instructions">Instructions of the image that are not innocuous.</param>
/// <param name="Problems">Why it does not hold.</param>
internal sealed record CertificateDocument(
    string Image,
    string ImageSha256,
    string Technique,
    RingLayout Layout,
    bool Holds,
    IReadOnlyList<CertificateDocument.Operation>? Operations,
    IReadOnlyList<CertificateDocument.Instruction> Instructions,
    IReadOnlyList<CertificateDocument.Problem> Problems)
{
    /// <summary>Makes the document.</summary>
    public static CertificateDocument Of(Certificate certificate)
    {
        var code = certificate.MachineCode;
        return new(
            code.Image.Name,
            code.Image.Sha256,
            ScanWords.Json(code.Technique),
            code.Layout,
            certificate.Problems.Count == 0,
            certificate.Source is { } source ? Of(source, code) : null,
            [.. code.Instructions.Select(Of)],
            [.. certificate.Problems.Select(p => new Problem(ScanWords.Json(p.Kind), p.Message, p.File, p.Line))]);
    }

    private static Operation[] Of(AuditReport source, MachineCodeCertificate code)
    {
        var recorded = code.Image.RewrittenCallSites.Where(site => !site.IsInLibrary).ToLookup(site => site.Operation, site => site.Count);
        return
        [
            .. source.Uses.Where(use => use.Rewriting == Rewriting.Rewritten).GroupBy(use => use.Operation).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new Operation(group.Key, group.Count(), recorded[group.Key].Sum())),
        ];
    }

    private static Instruction Of(CertifiedInstruction certified) => new(
        ScanWords.Address(certified.Finding.Address),
        certified.Finding.Kind.Name,
        ScanWords.Json(certified.Finding.Kind.Class),
        certified.Finding.Text,
        certified.Finding.Symbol?.Name,
        certified.Finding.Line?.File,
        certified.Finding.Line?.Line,
        certified.Source,
        certified.IsInData,
        certified.Handling.IsHandled,
        certified.Handling.Text);

    /// <summary>An operation of the source: calls that are to be rewritten, and calls that the image records as rewritten.</summary>
    internal sealed record Operation(string Name, int Calls, int Recorded);

    /// <summary>One instruction of the image.</summary>
    internal sealed record Instruction(
        string Address, string Name, string Class, string Text, string? Symbol, string? File, int? Line, string? Source, bool IsInData, bool IsHandled, string Handling);

    /// <summary>One problem.</summary>
    internal sealed record Problem(string Kind, string Message, string? File, int? Line);
}

/// <summary>Serialization of <see cref="CertificateDocument"/>, generated at compile time.</summary>
[JsonSerializable(typeof(CertificateDocument))]
internal sealed partial class CertificateDocumentJson : JsonSerializerContext
{
    /// <summary>Writes a document as UTF-8, ending with a newline.</summary>
    public static void Write(CertificateDocument document, Stream output) =>
        ReadableJson.Write(output, document, static options => new CertificateDocumentJson(options).CertificateDocument);
}
