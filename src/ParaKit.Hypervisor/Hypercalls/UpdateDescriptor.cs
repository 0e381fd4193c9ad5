using ParaKit.Abi;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>update_descriptor: change one descriptor. Xen public/arch-x86/xen.h, "HYPERVISOR_update_descriptor".</summary>
internal static class UpdateDescriptor
{
    /// <summary>machine address, descriptor. EINVAL.</summary>
    [Hypercall(HypercallNumber.UpdateDescriptor)]
    public static long Invoke(ref HypercallContext context) =>
        HypercallContext.Result(context.Domain.Paging.UpdateDescriptor(context.Argument1, context.Argument2, context.Domain.Id));
}
