using ParaKit.Abi;

namespace ParaKit.Hypervisor.Memory;

/// <summary>Names a domain, or one of the reserved owners of <see cref="DomainIds"/>.</summary>
/// <param name="Value">Number as the guest sees it (<c>domid_t</c>).</param>
public readonly record struct DomainId(ushort Value)
{
    /// <summary>Owner of the hypervisor's own frames (DOMID_XEN).</summary>
    public static DomainId Hypervisor => new(DomainIds.Xen);

    /// <summary>Owner of free frames (DOMID_INVALID).</summary>
    public static DomainId None => new(DomainIds.Invalid);
}
