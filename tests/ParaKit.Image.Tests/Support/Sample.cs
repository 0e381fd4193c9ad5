using System.Reflection;

namespace ParaKit.Image.Tests.Support;

/// <summary>The sample kernel as the build made it: a real object file and two real images.</summary>
internal static class Sample
{
    private static readonly string s_root = Metadata("RepositoryRoot");
    private static readonly string s_configuration = Metadata("Configuration").ToLowerInvariant();

    internal static byte[] Image(string mode) => File.ReadAllBytes(ImagePath(mode));

    internal static KernelImage Load(string mode) => KernelImage.Load(Image(mode), Path.GetFileName(ImagePath(mode)));

    internal static byte[] Object(string mode) =>
        File.ReadAllBytes(Path.Join(s_root, "artifacts", "obj", "Guest", s_configuration, mode, "Guest.o"));

    /// <summary>Number of the first line of a sample source file that contains <paramref name="text"/>.</summary>
    internal static int LineOf(string file, string text) =>
        1 + Array.FindIndex(File.ReadAllLines(Path.Join(s_root, "sample-guest", file)), l => l.Contains(text, StringComparison.Ordinal));

    private static string ImagePath(string mode) => Path.Join(s_root, "artifacts", "bin", "Guest", s_configuration, $"Guest.{mode}.elf");

    private static string Metadata(string key) => typeof(Sample).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;
}
