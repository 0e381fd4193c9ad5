namespace ParaKit.EndToEnd.Tests.Support;

/// <summary>Other people's software that checks ours, where it is installed.</summary>
internal static class Oracles
{
    internal const string Qemu = "qemu-system-x86_64";

    internal const string Gdb = "gdb";

    internal static bool HasQemu { get; } = IsInstalled(Qemu);

    internal static bool HasGdb { get; } = IsInstalled(Gdb);

    /// <summary>The uncompressed hypervisor: PARAKIT_XEN names it.</summary>
    internal static string? Xen { get; } = Environment.GetEnvironmentVariable("PARAKIT_XEN") is { Length: > 0 } path && File.Exists(path) ? path : null;

    private static bool IsInstalled(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(d => d.Length > 0 && File.Exists(Path.Join(d, program)));
}

/// <summary>A test that needs QEMU; skipped with the reason where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class QemuFactAttribute : FactAttribute
{
    public QemuFactAttribute()
    {
        if (!Oracles.HasQemu)
        {
            Skip = $"{Oracles.Qemu} is not installed (Debian package qemu-system-x86)";
        }
    }
}

/// <summary>A test that boots real Xen in QEMU; skipped with the reason where either is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class XenFactAttribute : FactAttribute
{
    public XenFactAttribute()
    {
        if (!Oracles.HasQemu)
        {
            Skip = $"{Oracles.Qemu} is not installed (Debian package qemu-system-x86)";
        }
        else if (Oracles.Xen is null)
        {
            Skip = "the environment variable PARAKIT_XEN does not name an uncompressed xen binary (see docs/oracles.md)";
        }
    }
}

/// <summary>A test that debugs a guest in QEMU; skipped with the reason where either is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class GdbFactAttribute : FactAttribute
{
    public GdbFactAttribute()
    {
        if (!Oracles.HasQemu || !Oracles.HasGdb)
        {
            Skip = $"{Oracles.Qemu} or {Oracles.Gdb} is not installed (Debian packages qemu-system-x86, gdb)";
        }
    }
}
