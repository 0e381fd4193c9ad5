using ParaKit.Image;
using ParaKit.Image.Linking;

namespace ParaKit.Sdk;

/// <summary>Reads, links, and writes the image and the list of patched call sites.</summary>
internal static class LinkStep
{
    // Sdk.targets compiles with this in place of the project's folder, so that images do not depend on it.
    private const string MappedSourceRoot = "/guest/";

    /// <summary>Returns whether an image was written; errors go to standard error.</summary>
    internal static bool Run(LinkArguments link)
    {
        IEnumerable<RewriteSite> rewrites = link.Options.Mode == ImageMode.Paravirt ? InterceptorCensus.Count(link.Assemblies) : [];
        LinkResult result = KernelLinker.Link(
            File.ReadAllBytes(link.ObjectFile), link.ObjectFile, link.Options with { RewrittenCallSites = [.. rewrites] });
        foreach (LinkDiagnostic error in result.Errors)
        {
            Console.Error.WriteLine(OnThisMachine(error, link.SourceRoot).Format(link.ObjectFile + " "));
        }

        if (!result.Succeeded)
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

    private static LinkDiagnostic OnThisMachine(LinkDiagnostic error, string? sourceRoot) =>
        sourceRoot is not null && error.Line is { } line && line.File.StartsWith(MappedSourceRoot, StringComparison.Ordinal)
            ? error with { Line = line with { File = Path.Join(sourceRoot, line.File[MappedSourceRoot.Length..]) } }
            : error;
}
