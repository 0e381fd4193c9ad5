using System.Reflection;

namespace ParaKit.Hypervisor.Tests.Support;

/// <summary>What the build that compiled these tests made besides them.</summary>
internal static class BuildOutput
{
    /// <summary>The bridge's image.</summary>
    public static ReadOnlyMemory<byte> Bridge { get; } = File.ReadAllBytes(Image("ParaKit.Bridge", "paravirt"));

    /// <summary>Path of an image of a guest.</summary>
    public static string Image(string guest, string mode) =>
        Path.Join(Metadata("RepositoryRoot"), "artifacts", "bin", guest, Metadata("Configuration").ToLowerInvariant(), $"{guest}.{mode}.elf");

    private static string Metadata(string key) =>
        typeof(BuildOutput).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;
}
