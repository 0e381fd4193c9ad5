using ParaKit.Abi;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>Hypercalls that exist in Xen and are refused here, said explicitly so that they have names in counts and traces.</summary>
internal static class RefusedHypercalls
{
    /// <summary>Not implemented: ENOSYS.</summary>
    [Hypercall(HypercallNumber.SchedOpCompat)]
    [Hypercall(HypercallNumber.EventChannelOpCompat)]
    [Hypercall(HypercallNumber.PhysdevOpCompat)]
    [Hypercall(HypercallNumber.XsmOp)]
    [Hypercall(HypercallNumber.XenoprofOp)]
    [Hypercall(HypercallNumber.HvmOp)]
    [Hypercall(HypercallNumber.TmemOp)]
    [Hypercall(HypercallNumber.ArgoOp)]
    [Hypercall(HypercallNumber.XenpmuOp)]
    [Hypercall(HypercallNumber.DmOp)]
    [Hypercall(HypercallNumber.HypfsOp)]
    public static long NotImplemented(ref HypercallContext context) => HypercallContext.Result(Errno.ENOSYS);

    /// <summary>For privileged domains: EPERM.</summary>
    [Hypercall(HypercallNumber.PlatformOp)]
    [Hypercall(HypercallNumber.UpdateVaMappingOtherdomain)]
    [Hypercall(HypercallNumber.Sysctl)]
    [Hypercall(HypercallNumber.Domctl)]
    [Hypercall(HypercallNumber.KexecOp)]
    public static long NotPermitted(ref HypercallContext context) => HypercallContext.Result(Errno.EPERM);
}
