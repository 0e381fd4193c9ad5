using ParaKit.Guest.Xen;

namespace ParaKit.Guest;

/// <summary>
/// The private channel to a hypervisor that may want memory back: natively a pseudo-device at I/O ports, which only virtual machines have; on Xen the target in the
/// store, and memory_op. <see cref="BalloonDriver"/> uses it.
/// </summary>
public static class Balloon
{
    private const ushort Target = 0x5f0;
    private const ushort Inflate = Target + 4;
    private const ushort Deflate = Target + 8;
    private const ushort Result = Target + 8;
    private const uint NoDevice = uint.MaxValue;

    /// <summary>Asks how many frames the hypervisor wants.</summary>
    /// <param name="frames">How many, of all that the kernel has.</param>
    /// <returns>False if there is no such hypervisor.</returns>
    [Sensitive("balloon target", Sensitivity.Platform, Deprivileged = "#GP(0): port access", Becomes = "a value of XenStore, memory/target", Paravirtual = typeof(ParavirtualBalloon))]
    public static bool TryGetTarget(out ulong frames)
    {
        uint target = X86.In32(Target);
        frames = target;
        return target != NoDevice;
    }

    /// <summary>Gives a frame to the hypervisor. What was in it is lost; the kernel must not touch it until <see cref="TryTakeBack"/>.</summary>
    /// <returns>False, and nothing has changed, if the hypervisor does not take it.</returns>
    [Sensitive("giving up of a frame", Sensitivity.Platform, Deprivileged = "#GP(0): port access", Becomes = "hypercalls update_va_mapping and memory_op(XENMEM_decrease_reservation)", Paravirtual = typeof(ParavirtualBalloon))]
    public static bool TryGiveUp(Pfn frame)
    {
        X86.Out32(Inflate, (uint)frame.Number);
        return X86.In32(Result) == 1;
    }

    /// <summary>Takes a frame back that was given up. It is zeroed.</summary>
    /// <returns>False if the hypervisor has none.</returns>
    [Sensitive("taking back of a frame", Sensitivity.Platform, Deprivileged = "#GP(0): port access", Becomes = "hypercalls memory_op(XENMEM_populate_physmap) and update_va_mapping", Paravirtual = typeof(ParavirtualBalloon))]
    public static bool TryTakeBack(Pfn frame)
    {
        X86.Out32(Deflate, (uint)frame.Number);
        return X86.In32(Result) == 1;
    }
}
