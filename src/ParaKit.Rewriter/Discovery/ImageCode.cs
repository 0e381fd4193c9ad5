using ParaKit.Image;

namespace ParaKit.Rewriter.Discovery;

/// <summary>The code of an image.</summary>
public static class ImageCode
{
    /// <summary>Explores a kernel image whose code is to be changed: every address that it mentions counts as a target.</summary>
    public static DiscoveredCode Explore(KernelImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return CodeDiscovery.Explore(Regions(image.Code), image.Code.Starts, noteAddresses: true);
    }

    /// <summary>Explores an image from everywhere that code is known to start.</summary>
    /// <param name="image">The image.</param>
    /// <param name="progress">Told now and then which part of the bytes is done, 0 to 1.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static DiscoveredCode Explore(CodeImage image, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        return CodeDiscovery.Explore(Regions(image), image.Starts, progress, cancellation: cancellation);
    }

    private static IEnumerable<CodeRegion> Regions(CodeImage image) => image.Sections.Select(s => new CodeRegion(s.Address, s.Data, s.Bits, s.IsCode));
}
