namespace ParaKit.Oracles;

/// <summary>A test that debugs a guest in QEMU; skipped with the reason where either is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GdbFactAttribute : FactAttribute
{
    /// <summary>Decides at discovery whether the test is skipped.</summary>
    public GdbFactAttribute()
    {
        if (!InstalledOracles.HasQemu || !InstalledOracles.HasGdb)
        {
            Skip = $"{InstalledOracles.Qemu} or {InstalledOracles.Gdb} is not installed (Debian packages qemu-system-x86, gdb)";
        }
    }
}
