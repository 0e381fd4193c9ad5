using ParaKit.Abi;
using ParaKit.Hardware.Mmu;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>set_segment_base: set FS and GS bases. Xen public/arch-x86/xen-x86_64.h, "HYPERVISOR_set_segment_base".</summary>
internal static class SetSegmentBase
{
    /// <summary>which, base. EINVAL for an address that is not canonical or an unknown base.</summary>
    [Hypercall(HypercallNumber.SetSegmentBase)]
    public static long Invoke(ref HypercallContext context)
    {
        var which = (SegmentBase)(uint)context.Argument1;
        var value = context.Argument2;
        if (which != SegmentBase.GsUserSelector && !LinearAddress.IsCanonical(value))
        {
            return HypercallContext.Result(Errno.EINVAL);
        }

        ref var state = ref context.State;
        switch (which)
        {
            case SegmentBase.Fs:
                state.Fs.Base = value;
                return 0;
            case SegmentBase.GsUser:
                state.KernelGsBase = value;
                return 0;
            case SegmentBase.GsKernel:
                state.Gs.Base = value;
                return 0;
            case SegmentBase.GsUserSelector:
                state.KernelGsBase = context.Vcpu.BaseOf((ushort)value);
                return 0;
            default:
                return HypercallContext.Result(Errno.EINVAL);
        }
    }
}
