using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>grant_table_op. Xen public/grant_table.h, "GNTTABOP_*".</summary>
internal static class GrantTableOp
{
    private const uint Version = 1;

    /// <summary>command, arguments, count. EFAULT, EINVAL, ENOSYS.</summary>
    [Hypercall(HypercallNumber.GrantTableOp)]
    public static long Invoke(ref HypercallContext context) => (GrantTableOperation)(uint)context.Argument1 switch
    {
        GrantTableOperation.Copy => GrantBatch.Run<GrantCopy>(ref context, GrantCopyOp.Copy, static (ref GrantCopy r, GrantStatus status) => r.Status = status),
        GrantTableOperation.Transfer => GrantBatch.Run<GrantTransfer>(ref context, GrantTransferOp.Transfer, static (ref GrantTransfer r, GrantStatus status) => r.Status = status),
        GrantTableOperation.MapGrantReference => GrantBatch.Run<GrantMap>(ref context, GrantMapOp.Map, static (ref GrantMap r, GrantStatus status) => r.Status = status),
        GrantTableOperation.UnmapGrantReference => GrantBatch.Run<GrantUnmap>(ref context, GrantMapOp.Unmap, static (ref GrantUnmap r, GrantStatus status) => r.Status = status),
        _ => HypercallContext.Result(Single(ref context)),
    };

    private static Errno Single(ref HypercallContext context) =>
        (GrantTableOperation)(uint)context.Argument1 switch
        {
            // One element, as in Xen; no elements are no work.
            GrantTableOperation.SetupTable => (uint)context.Argument3 == 1 ? SetupTable(ref context) : Errno.EINVAL,
            GrantTableOperation.QuerySize => (uint)context.Argument3 == 1 ? QuerySize(ref context) : Errno.EINVAL,
            GrantTableOperation.GetVersion => (uint)context.Argument3 == 1 ? GetVersion(ref context) : Errno.EINVAL,
            GrantTableOperation.SetVersion => (uint)context.Argument3 == 1 ? SetVersion(ref context) : Errno.EINVAL,
            _ => Errno.ENOSYS,
        };

    private static Errno SetupTable(ref HypercallContext context)
    {
        var pointer = new GuestPointer<GrantSetupTable>(context.Argument2);
        if (!context.TryRead(pointer, out var request))
        {
            return Errno.EFAULT;
        }

        request.Status = !IsSelf(ref context, request.Domain) ? GrantStatus.BadDomain
            : !context.Domain.Grants.TryGrow(request.FrameCount) ? GrantStatus.GeneralError
            : GrantStatus.Okay;
        var list = new GuestPointer<ulong>(request.FrameList);
        for (uint i = 0; request.Status == GrantStatus.Okay && i < request.FrameCount; i++)
        {
            if (!context.TryWrite(list.Element(i), context.Domain.Grants.Frames[(int)i]))
            {
                return Errno.EFAULT;
            }
        }

        return context.TryWrite(pointer, in request) ? Errno.None : Errno.EFAULT;
    }

    private static Errno QuerySize(ref HypercallContext context)
    {
        var pointer = new GuestPointer<GrantQuerySize>(context.Argument2);
        if (!context.TryRead(pointer, out var request))
        {
            return Errno.EFAULT;
        }

        request.Status = IsSelf(ref context, request.Domain) ? GrantStatus.Okay : GrantStatus.BadDomain;
        request.FrameCount = (uint)context.Domain.Grants.Frames.Count;
        request.MaximumFrameCount = Grants.GrantTable.MaximumFrames;
        return context.TryWrite(pointer, in request) ? Errno.None : Errno.EFAULT;
    }

    private static Errno GetVersion(ref HypercallContext context)
    {
        var pointer = new GuestPointer<GrantVersion>(context.Argument2);
        if (!context.TryRead(pointer, out var request))
        {
            return Errno.EFAULT;
        }

        if (!IsSelf(ref context, request.Domain))
        {
            return Errno.ESRCH;
        }

        request.Version = Version;
        return context.TryWrite(pointer, in request) ? Errno.None : Errno.EFAULT;
    }

    private static Errno SetVersion(ref HypercallContext context) =>
        !context.TryRead(new GuestPointer<uint>(context.Argument2), out var version) ? Errno.EFAULT : version == Version ? Errno.None : Errno.EINVAL;

    private static bool IsSelf(ref HypercallContext context, ushort domain) =>
        domain == DomainIds.Self || new DomainId(domain) == context.Domain.Id;
}
