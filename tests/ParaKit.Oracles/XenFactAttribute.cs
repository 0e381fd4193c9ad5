namespace ParaKit.Oracles;

/// <summary>A test that boots real Xen in QEMU; skipped with the reason where either is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class XenFactAttribute : FactAttribute
{
    /// <summary>Decides at discovery whether the test is skipped.</summary>
    public XenFactAttribute()
    {
        if (!InstalledOracles.HasQemu)
        {
            Skip = $"{InstalledOracles.Qemu} is not installed (Debian package qemu-system-x86)";
        }
        else if (InstalledOracles.Xen is null)
        {
            Skip = "the environment variable PARAKIT_XEN does not name an uncompressed xen binary (see docs/oracles.md)";
        }
    }
}
