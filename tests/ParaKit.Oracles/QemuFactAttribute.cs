namespace ParaKit.Oracles;

/// <summary>A test that needs QEMU; skipped with the reason where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class QemuFactAttribute : FactAttribute
{
    /// <summary>Decides at discovery whether the test is skipped.</summary>
    public QemuFactAttribute()
    {
        if (!InstalledOracles.HasQemu)
        {
            Skip = $"{InstalledOracles.Qemu} is not installed (Debian package qemu-system-x86)";
        }
    }
}
