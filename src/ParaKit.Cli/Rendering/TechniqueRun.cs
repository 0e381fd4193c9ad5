using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.Cli.Rendering;

/// <summary>A finished run together with the image that was run.</summary>
internal sealed record TechniqueRun(KernelImage Image, RunResult Result)
{
    /// <summary>Call sites in the image that the build rewrote.</summary>
    public long RewrittenCallSites => Image.RewrittenCallSites.Sum(site => (long)site.Count);

    /// <summary>Measured speed in millions of guest instructions per second of wall time; null if no time passed.</summary>
    public double? Mips => Result.Wall > TimeSpan.Zero ? Result.Instructions / Result.Wall.TotalSeconds / 1e6 : null;

    /// <summary>Whether the guest shut itself down with code 0.</summary>
    public bool Succeeded => Result is { Outcome: RunOutcome.ShutDown, ExitCode: 0 };
}
