using ParaKit.Abi;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>vm_assist: switch assists on and off. Xen public/xen.h, "HYPERVISOR_vm_assist".</summary>
internal static class VmAssist
{
    private const ulong Supported = (1UL << (int)VmAssistType.ArchitecturalIopl) | (1UL << (int)VmAssistType.RunstateUpdateFlag);

    /// <summary>command, type. EINVAL for an assist that there is not (among them writable page tables), ENOSYS for an unknown command.</summary>
    [Hypercall(HypercallNumber.VmAssist)]
    public static long Invoke(ref HypercallContext context)
    {
        var type = (uint)context.Argument2;
        var bit = type < 64 ? 1UL << (int)type : 0;
        if ((bit & Supported) == 0)
        {
            return HypercallContext.Result(Errno.EINVAL);
        }

        switch ((VmAssistCommand)(uint)context.Argument1)
        {
            case VmAssistCommand.Enable:
                context.Domain.Assists |= bit;
                return 0;
            case VmAssistCommand.Disable:
                context.Domain.Assists &= ~bit;
                return 0;
            default:
                return HypercallContext.Result(Errno.ENOSYS);
        }
    }
}
