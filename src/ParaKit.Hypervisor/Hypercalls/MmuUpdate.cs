using ParaKit.Abi;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>mmu_update: change page-table entries. Xen public/xen.h, "HYPERVISOR_mmu_update".</summary>
internal static class MmuUpdate
{
    /// <summary>The public header speaks of bits 1:0; real Xen looks at everything below an entry's alignment.</summary>
    private const ulong CommandMask = sizeof(ulong) - 1;

    /// <summary>requests, count, done (may be null), domain. EFAULT, EINVAL, EBUSY, ESRCH, EPERM, ENOSYS.</summary>
    [Hypercall(HypercallNumber.MmuUpdate)]
    public static long Invoke(ref HypercallContext context)
    {
        var refused = RequestBatch.CheckDomain(ref context);
        if (refused != Errno.None)
        {
            return HypercallContext.Result(refused);
        }

        var batch = new RequestBatch(ref context);
        var requests = new GuestPointer<MmuUpdateRequest>(context.Argument1);
        while (batch.MayContinue(ref context))
        {
            var result = context.TryRead(requests.Element(batch.Done), out var request) ? Apply(ref context, request) : Errno.EFAULT;
            if (!batch.Step(result))
            {
                break;
            }
        }

        return batch.Finish<MmuUpdateRequest>(ref context);
    }

    private static Errno Apply(ref HypercallContext context, MmuUpdateRequest request)
    {
        var domain = context.Domain;
        var address = request.Pointer & ~CommandMask;
        switch ((MmuUpdateCommand)(request.Pointer & CommandMask))
        {
            case MmuUpdateCommand.NormalPageTableUpdate or MmuUpdateCommand.PageTableUpdateNoTranslate:
                return domain.Paging.Update(address, request.Value, domain.Id);
            case MmuUpdateCommand.PageTableUpdatePreserveAccessedDirty:
                return domain.Paging.Update(address, request.Value, domain.Id, preserveAccessedDirty: true);
            case MmuUpdateCommand.MachinePhysicalUpdate:
                return SetMachineToPhysical(ref context, address / Memory.PageTableEntries.FrameBytes, request.Value);
            default:
                return Errno.ENOSYS;
        }
    }

    private static Errno SetMachineToPhysical(ref HypercallContext context, ulong frame, ulong value)
    {
        if (!context.Domain.Paging.Owns(frame, context.Domain.Id))
        {
            return Errno.EINVAL;
        }

        context.Domain.MachineToPhysical[frame] = value;
        return Errno.None;
    }
}
