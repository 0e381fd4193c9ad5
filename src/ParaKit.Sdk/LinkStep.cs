using ParaKit.Image;
using ParaKit.Image.Linking;
using ParaKit.Rewriter.Certifying;
using ParaKit.Rewriter.Classification;

namespace ParaKit.Sdk;

/// <summary>Reads, links, and writes the image and the list of patched call sites.</summary>
internal static class LinkStep
{
    // What Sdk.targets maps the project's folder to.
    private const string NeutralRoot = "/guest/";

    /// <summary>Returns whether an image was written; errors go to standard error.</summary>
    internal static bool Run(LinkArguments link)
    {
        IEnumerable<RewriteSite> rewrites = link.Options.Mode == ImageMode.Paravirt ? InterceptorCensus.Count(link.Assemblies, link.Libraries) : [];
        LinkResult result = KernelLinker.Link(
            File.ReadAllBytes(link.ObjectFile), link.ObjectFile, link.Options with { RewrittenCallSites = [.. rewrites] });
        LinkDiagnostic[] errors = [.. result.Errors, .. result.Succeeded && link.IsCertified ? Certify(link, result) : []];
        foreach (LinkDiagnostic error in errors.Select(e => e with { Line = Locate(e.Line, link.SourceRoot) }))
        {
            Console.Error.WriteLine(error.Format(link.ObjectFile + " "));
        }

        if (errors.Length > 0)
        {
            File.Delete(link.ImageFile); // an old image must not look like the result of this build
            return false;
        }

        // Written beside and moved, so that an interrupted build leaves no half image.
        string unfinished = link.ImageFile + ".tmp";
        File.WriteAllBytes(unfinished, result.Image.ToArray());
        File.Move(unfinished, link.ImageFile, overwrite: true);
        if (link.SitesFile is not null)
        {
            File.WriteAllText(link.SitesFile, PatchListing.Render(result.Patches));
        }

        return true;
    }

    /// <summary>What the linked image must not contain, found independently of what the compiler and the generator say (docs/certificate.md).</summary>
    private static IEnumerable<LinkDiagnostic> Certify(LinkArguments link, LinkResult result)
    {
        var image = KernelImage.Load(result.Image.Span, Path.GetFileName(link.ImageFile));
        MachineCodeCertificate certificate = MachineCodeCertifier.Certify(image, MonitorTechnique.Paravirt);
        foreach (CertifiedInstruction violation in certificate.Violations)
        {
            string place = $"{violation.Finding.Symbol?.ToString() ?? violation.Finding.Section.Name} (0x{violation.Finding.Address:x16}){(violation.IsInData ? ", data that is called," : "")}";
            yield return new LinkDiagnostic(
                LinkDiagnostic.UnhandledInstruction, $"'{violation.Finding.Text}' in {place} {violation.Handling.Text}.", violation.Finding.Line);
        }

        foreach (MachineSite site in certificate.FalseSites)
        {
            yield return new LinkDiagnostic(LinkDiagnostic.FalseSite, $"{site.Operation} is recorded at 0x{site.Address:x16}, but other instructions are there.", null);
        }
    }

    /// <summary>Debug information holds neutral paths, so that images are the same from any folder; errors name the real file.</summary>
    private static SourceLine? Locate(SourceLine? line, string? sourceRoot) =>
        line is { } l && sourceRoot is not null && l.File.StartsWith(NeutralRoot, StringComparison.Ordinal)
            ? l with { File = Path.Join(sourceRoot, l.File[NeutralRoot.Length..]) }
            : line;
}
