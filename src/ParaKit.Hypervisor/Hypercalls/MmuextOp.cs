using ParaKit.Abi;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>mmuext_op: pin tables, switch address spaces, flush TLBs. Xen public/xen.h, "HYPERVISOR_mmuext_op".</summary>
internal static class MmuextOp
{
    private const uint MaximumLdtEntries = 8192;

    /// <summary>operations, count, done (may be null), domain. EFAULT, EINVAL, EBUSY, EACCES, ESRCH, EPERM, EOPNOTSUPP, ENOSYS.</summary>
    [Hypercall(HypercallNumber.MmuextOp)]
    public static long Invoke(ref HypercallContext context)
    {
        var refused = RequestBatch.CheckDomain(ref context);
        if (refused != Errno.None)
        {
            return HypercallContext.Result(refused);
        }

        var batch = new RequestBatch(ref context);
        var operations = new GuestPointer<MmuExtendedOperation>(context.Argument1);
        while (batch.MayContinue(ref context))
        {
            var result = context.TryRead(operations.Element(batch.Done), out var operation) ? Apply(ref context, operation) : Errno.EFAULT;
            if (!batch.Step(result))
            {
                break;
            }
        }

        return batch.Finish<MmuExtendedOperation>(ref context);
    }

    private static Errno Apply(ref HypercallContext context, MmuExtendedOperation operation)
    {
        var domain = context.Domain;
        switch (operation.Command)
        {
            case >= MmuExtendedCommand.PinL1Table and <= MmuExtendedCommand.PinL4Table:
                return domain.Paging.Pin(operation.MachineFrame, domain.Id, PageType.L1Table + (byte)operation.Command);
            case MmuExtendedCommand.UnpinTable:
                return domain.Paging.Unpin(operation.MachineFrame, domain.Id);
            case MmuExtendedCommand.NewBasePointer:
                return BasePointers.SetKernel(domain, operation.MachineFrame);
            case MmuExtendedCommand.NewUserBasePointer:
                return BasePointers.SetUser(domain, operation.MachineFrame);
            case MmuExtendedCommand.ClearPage:
                return domain.Paging.Fill(operation.MachineFrame, domain.Id, source: null);
            case MmuExtendedCommand.CopyPage:
                return domain.Paging.Fill(operation.MachineFrame, domain.Id, operation.SourceFrame);
            case MmuExtendedCommand.SetLdt:
                return SetLdt(operation);
            case MmuExtendedCommand.FlushCache or MmuExtendedCommand.FlushCacheGlobal:
                return Errno.EACCES;
            case MmuExtendedCommand.MarkSuper or MmuExtendedCommand.UnmarkSuper:
                return Errno.EOPNOTSUPP;
            default:
                return Flush(ref context, operation);
        }
    }

    private static Errno Flush(ref HypercallContext context, MmuExtendedOperation operation)
    {
        ulong? page = operation.Command is MmuExtendedCommand.InvalidatePageLocal or MmuExtendedCommand.InvalidatePageMulti or MmuExtendedCommand.InvalidatePageAll
            ? operation.LinearAddress
            : null;
        switch (operation.Command)
        {
            case MmuExtendedCommand.TlbFlushLocal or MmuExtendedCommand.InvalidatePageLocal:
                TlbFlush.Apply(context.Vcpu, page);
                return Errno.None;
            case MmuExtendedCommand.TlbFlushAll or MmuExtendedCommand.InvalidatePageAll:
                TlbFlush.Apply(context.Domain, TlbFlush.All, page);
                return Errno.None;
            case MmuExtendedCommand.TlbFlushMulti or MmuExtendedCommand.InvalidatePageMulti:
                if (!TlbFlush.TryReadMask(ref context, operation.VcpuMask, out var mask))
                {
                    return Errno.EFAULT;
                }

                TlbFlush.Apply(context.Domain, mask, page);
                return Errno.None;
            default:
                return Errno.ENOSYS;
        }
    }

    /// <summary>Only the empty table is supported: local descriptors are not loaded by any 64-bit kernel we know.</summary>
    private static Errno SetLdt(MmuExtendedOperation operation) => operation.EntryCount switch
    {
        0 => Errno.None,
        > MaximumLdtEntries => Errno.EINVAL,
        _ when operation.LinearAddress % PageTableEntries.FrameBytes != 0 => Errno.EINVAL,
        _ => Errno.ENOSYS,
    };
}
