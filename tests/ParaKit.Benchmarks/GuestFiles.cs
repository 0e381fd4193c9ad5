using System.Reflection;

namespace ParaKit.Benchmarks;

/// <summary>The sample guest's files of the build that made the benchmarks.</summary>
internal static class GuestFiles
{
    internal static byte[] Image(string mode) => File.ReadAllBytes(Path.Join(Metadata("GuestImages"), $"Guest.{mode}.elf"));

    internal static byte[] Load() => File.ReadAllBytes(Path.Join(Metadata("GuestImages"), "../../Load", Path.GetFileName(Metadata("GuestImages").TrimEnd('/')), "Load.paravirt.elf"));

    internal static byte[] ObjectFile(string mode) => File.ReadAllBytes(Path.Join(Metadata("GuestObjects"), mode, "Guest.o"));

    private static string Metadata(string key) => typeof(GuestFiles).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(a => a.Key == key).Value!;
}
