namespace ParaKit.Oracles;

/// <summary>Other people's software that checks ours, where it is installed.</summary>
public static class InstalledOracles
{
    /// <summary>QEMU's program.</summary>
    public const string Qemu = "qemu-system-x86_64";

    /// <summary>The GNU debugger's program.</summary>
    public const string Gdb = "gdb";

    /// <summary>Whether QEMU is on the path.</summary>
    public static bool HasQemu { get; } = IsInstalled(Qemu);

    /// <summary>Whether gdb is on the path.</summary>
    public static bool HasGdb { get; } = IsInstalled(Gdb);

    /// <summary>The uncompressed hypervisor: PARAKIT_XEN names it.</summary>
    public static string? Xen { get; } = Environment.GetEnvironmentVariable("PARAKIT_XEN") is { Length: > 0 } path && File.Exists(path) ? path : null;

    private static bool IsInstalled(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(d => d.Length > 0 && File.Exists(Path.Join(d, program)));
}
