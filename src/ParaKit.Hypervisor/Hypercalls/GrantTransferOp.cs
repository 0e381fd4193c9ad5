using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>grant_table_op, transfer: frames of the caller given to others for good. Xen public/grant_table.h, "GNTTABOP_transfer".</summary>
internal static class GrantTransferOp
{
    /// <summary>What is wrong with an element is its status.</summary>
    public static GrantStatus Transfer(ref HypercallContext context, ref GrantTransfer request)
    {
        var caller = context.Domain;
        if (!caller.Paging.IsUnused(request.Frame, caller.Id))
        {
            return GrantStatus.BadPage;
        }

        if (request.Domain == caller.Id.Value || request.Domain == DomainIds.Self || caller.Others(new DomainId(request.Domain)) is not { } receiver)
        {
            return GrantStatus.BadDomain;
        }

        var status = receiver.Grants.Accept(request.Reference, caller.Id, request.Frame);
        if (status == GrantStatus.Okay)
        {
            caller.Quota.Remove();
            caller.Paging.TlbFlushRequired = true;
        }

        return status;
    }
}
