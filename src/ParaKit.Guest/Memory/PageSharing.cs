using ParaKit.Guest.Xen;

namespace ParaKit.Guest;

/// <summary>
/// Frames that this kernel has in common with others because they hold the same. A kernel that knows that it is a guest says which of its pages will hardly change; nobody has to look for them.
/// An offered page can only be read. The kernel's page-fault handler makes it its own again when it is written to: copy on write. Bugnion et al., "Disco" (1997), section 4.2, shared so by
/// intercepting disk requests; here the guest asks.
/// </summary>
public static class PageSharing
{
    /// <summary>Offers a frame that only the direct map shows. Natively there is nobody to share with.</summary>
    /// <param name="frame">The frame. It keeps its number and its contents.</param>
    /// <returns>False, and nothing has changed, if the hypervisor does not know sharing or the frame is in use.</returns>
    [Sensitive("offering of a page", Sensitivity.Platform, Deprivileged = "no trap: nothing is shared", Becomes = "hypercalls update_va_mapping and memory_op(share, ParaKit's own)", Paravirtual = typeof(ParavirtualPageSharing))]
    public static bool TryOffer(Pfn frame) => false;

    /// <summary>Makes an offered frame the kernel's own again, with the same contents and writable.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>False, and nothing has changed, if it is not an offered one, or the hypervisor has no memory for the copy.</returns>
    [Sensitive("copying of an offered page", Sensitivity.Platform, Deprivileged = "no trap: nothing is shared", Becomes = "hypercalls memory_op(unshare, ParaKit's own) and update_va_mapping", Paravirtual = typeof(ParavirtualPageSharing))]
    public static bool TryCopy(Pfn frame) => false;
}
