using System.Reflection;
using ParaKit.Image;

namespace ParaKit.EndToEnd.Tests.Support;

/// <summary>Where the build that compiled these tests put things.</summary>
internal static class BuildOutput
{
    internal static string Root { get; } = Metadata("RepositoryRoot");

    internal static string Configuration { get; } = Metadata("Configuration");

    internal static string SampleImagePath(string mode) =>
        Path.Join(Root, "artifacts", "bin", "Guest", Configuration.ToLowerInvariant(), $"Guest.{mode}.elf");

    /// <summary>The image that a technique runs: all but paravirtualization run the unmodified kernel.</summary>
    internal static KernelImage SampleImage(string technique)
    {
        string path = SampleImagePath(technique == "paravirt" ? "paravirt" : "native");
        return KernelImage.Load(File.ReadAllBytes(path), Path.GetFileName(path));
    }

    /// <summary>The bridge's image.</summary>
    internal static byte[] Bridge() => File.ReadAllBytes(
        Path.Join(Root, "artifacts", "bin", "ParaKit.Bridge", Configuration.ToLowerInvariant(), "ParaKit.Bridge.paravirt.elf"));

    /// <summary>What the linker patched in the sample's image of a mode.</summary>
    internal static string SampleSites(string mode) =>
        File.ReadAllText(Path.Join(Root, "artifacts", "obj", "Guest", Configuration.ToLowerInvariant(), mode, "Guest.sites.txt"));

    private static string Metadata(string key) => typeof(BuildOutput).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(a => a.Key == key).Value!;
}
