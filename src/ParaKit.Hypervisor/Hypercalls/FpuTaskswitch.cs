using ParaKit.Abi;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>fpu_taskswitch: set or clear CR0.TS. Xen public/arch-x86/xen.h, "HYPERVISOR_fpu_taskswitch".</summary>
internal static class FpuTaskswitch
{
    /// <summary>non-zero sets the flag: the next floating-point instruction raises #NM, which clears it.</summary>
    [Hypercall(HypercallNumber.FpuTaskswitch)]
    public static long Invoke(ref HypercallContext context)
    {
        context.Vcpu.SetTaskSwitched((uint)context.Argument1 != 0);
        return 0;
    }
}
