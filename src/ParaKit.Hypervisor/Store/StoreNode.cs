using System.Collections.Immutable;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Store;

/// <summary>A node of XenStore.</summary>
/// <param name="Value">Its value.</param>
/// <param name="Permissions">Owner with what everybody may, then what others may. Xen docs "xenstore", "Permissions".</param>
internal sealed record StoreNode(ImmutableArray<byte> Value, ImmutableArray<StorePermission> Permissions)
{
    /// <summary>Whether a domain may read it.</summary>
    public bool CanRead(DomainId who) => Has(who, StoreAccess.Read);

    /// <summary>Whether a domain may write it.</summary>
    public bool CanWrite(DomainId who) => Has(who, StoreAccess.Write);

    /// <summary>Whether a domain may change its permissions.</summary>
    public bool IsOwnedBy(DomainId who) => who == StoreTree.Control || Permissions[0].Domain == who;

    private bool Has(DomainId who, StoreAccess access)
    {
        if (IsOwnedBy(who))
        {
            return true;
        }

        var own = Permissions.Skip(1).Where(p => p.Domain == who).Select(p => (StoreAccess?)p.Access).FirstOrDefault();
        return ((own ?? Permissions[0].Access) & access) != 0;
    }
}

/// <summary>What a domain may do with a node.</summary>
internal readonly record struct StorePermission(DomainId Domain, StoreAccess Access);

/// <summary>Rights: "n", "r", "w", "b".</summary>
[Flags]
internal enum StoreAccess
{
    None = 0,
    Read = 1,
    Write = 2,
}
