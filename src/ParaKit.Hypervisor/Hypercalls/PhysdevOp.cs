using ParaKit.Abi;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>physdev_op: a domain has no physical devices; only its idea of the I/O privilege level is kept. Xen public/physdev.h.</summary>
internal static class PhysdevOp
{
    private const uint MaximumIopl = 3;

    /// <summary>command, argument. EFAULT, EINVAL, ENOSYS.</summary>
    [Hypercall(HypercallNumber.PhysdevOp)]
    public static long Invoke(ref HypercallContext context)
    {
        if ((PhysicalDeviceOperation)(uint)context.Argument1 != PhysicalDeviceOperation.SetIopl)
        {
            return HypercallContext.Result(Errno.ENOSYS);
        }

        if (!context.TryRead(new GuestPointer<PhysicalDeviceSetIopl>(context.Argument2), out var request))
        {
            return HypercallContext.Result(Errno.EFAULT);
        }

        if (request.Iopl > MaximumIopl)
        {
            return HypercallContext.Result(Errno.EINVAL);
        }

        context.Vcpu.IoPrivilege = request.Iopl;
        return 0;
    }
}
