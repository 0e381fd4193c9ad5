using ParaKit.Abi;
using ParaKit.Hypervisor.Grants;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>
/// grant_table_op, map and unmap: frames of other domains in the caller's address space. Xen public/grant_table.h, "GNTTABOP_map_grant_ref".
/// </summary>
internal static class GrantMapOp
{
    /// <summary>Maps one.</summary>
    public static GrantStatus Map(ref HypercallContext context, ref GrantMap request)
    {
        var caller = context.Domain;
        if ((request.Flags & GrantMapFlags.HostMap) == 0)
        {
            return GrantStatus.BadGrantReference; // as Xen answers to bad flags
        }

        if (request.Domain == DomainIds.Self || new DomainId(request.Domain) == caller.Id || caller.Others(new DomainId(request.Domain)) is not { } owner)
        {
            return GrantStatus.BadDomain;
        }

        var isByEntry = (request.Flags & GrantMapFlags.ContainsEntry) != 0;
        if (FindPlace(ref context, request.HostAddress, isByEntry) is not { } place)
        {
            return GrantStatus.BadVirtualAddress;
        }

        var wanted = new GrantMapping(owner.Grants, owner.Id, request.Reference, Frame: 0, (request.Flags & GrantMapFlags.ReadOnly) == 0, place, isByEntry);
        var flags = (request.Flags & GrantMapFlags.ApplicationMap) != 0 ? PageTableEntries.User : 0;
        var status = caller.Mappings.Map(wanted, flags, out request.Handle, out var frame);
        request.DeviceAddress = status == GrantStatus.Okay ? frame << PageTableEntries.FrameShift : 0;
        return status;
    }

    /// <summary>Unmaps one. If the guest has overwritten the entry meanwhile, the grant stays in use.</summary>
    public static GrantStatus Unmap(ref HypercallContext context, ref GrantUnmap request)
    {
        if (context.Domain.Mappings[request.Handle] is not { } mapping)
        {
            return GrantStatus.BadHandle;
        }

        return FindPlace(ref context, request.HostAddress, mapping.IsByEntry) is { } place ? context.Domain.Mappings.Unmap(request.Handle, place) : GrantStatus.BadVirtualAddress;
    }

    private static ulong? FindPlace(ref HypercallContext context, ulong address, bool isByEntry) =>
        isByEntry ? address
        : address % PageTableEntries.FrameBytes != 0 ? null
        : context.Domain.Paging.FindEntry(context.Vcpu.CurrentTable, address);
}
