using System.Reflection;
using ParaKit.Image;

namespace ParaKit.Rewriter.Tests.Support;

/// <summary>Real kernels: the sample as the build made it, and Linux where the environment names one.</summary>
internal static class Kernels
{
    private const string LinuxVariable = "PARAKIT_VMLINUX";

    private static readonly string s_root = Metadata("RepositoryRoot");
    private static readonly string s_configuration = Metadata("Configuration").ToLowerInvariant();

    /// <summary>File of a Linux kernel, bzImage or vmlinux; null if there is none.</summary>
    internal static string? Linux => Environment.GetEnvironmentVariable(LinuxVariable) is { Length: > 0 } file ? file : null;

    /// <summary>Says in the list of skipped tests what would run them.</summary>
    internal static string? LinuxSkip => Linux is null ? $"{LinuxVariable} names no Linux kernel" : null;

    internal static byte[] SampleFile(string mode) => File.ReadAllBytes(SamplePath(mode));

    internal static KernelImage Sample(string mode) => KernelImage.Load(SampleFile(mode), Path.GetFileName(SamplePath(mode)));

    internal static byte[] SampleObject(string mode) => File.ReadAllBytes(Path.Join(s_root, "artifacts", "obj", "Guest", s_configuration, mode, "Guest.o"));

    internal static CodeImage LoadLinux() => CodeImage.Load(File.ReadAllBytes(Linux!), Path.GetFileName(Linux!));

    internal static string SourceFile(params string[] path) => Path.Join([s_root, .. path]);

    private static string SamplePath(string mode) => Path.Join(s_root, "artifacts", "bin", "Guest", s_configuration, $"Guest.{mode}.elf");

    private static string Metadata(string key) => typeof(Kernels).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;
}
