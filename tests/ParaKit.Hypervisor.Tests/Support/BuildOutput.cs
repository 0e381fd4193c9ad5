using System.Reflection;

namespace ParaKit.Hypervisor.Tests.Support;

/// <summary>What the build that compiled these tests made besides them.</summary>
internal static class BuildOutput
{
    /// <summary>The bridge's image.</summary>
    public static ReadOnlyMemory<byte> Bridge { get; } = File.ReadAllBytes(
        Path.Join(Metadata("RepositoryRoot"), "artifacts", "bin", "ParaKit.Bridge", Metadata("Configuration").ToLowerInvariant(), "ParaKit.Bridge.paravirt.elf"));

    private static string Metadata(string key) =>
        typeof(BuildOutput).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;
}
