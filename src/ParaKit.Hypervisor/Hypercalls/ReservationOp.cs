using ParaKit.Abi;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>memory_op, decrease_reservation: frames that a domain gives up. Xen public/memory.h, "XENMEM_decrease_reservation".</summary>
internal static class ReservationOp
{
    private const ulong ExtentsPerCall = 1024;

    /// <summary>Frees single frames that nobody uses, in order. EFAULT, ESRCH, EINVAL.</summary>
    /// <returns>How many were freed: all, or those before the first that could not be.</returns>
    public static long Decrease(ref HypercallContext context)
    {
        if (!context.TryRead(new GuestPointer<MemoryReservation>(context.Argument2), out var request))
        {
            return HypercallContext.Result(Errno.EFAULT);
        }

        if (request.Domain != DomainIds.Self && request.Domain != context.Domain.Id.Value)
        {
            return HypercallContext.Result(Errno.ESRCH);
        }

        if (request.ExtentOrder != 0 || request.ExtentCount > ExtentsPerCall)
        {
            return HypercallContext.Result(Errno.EINVAL);
        }

        var list = new GuestPointer<ulong>(request.ExtentStart);
        var done = 0u;
        while (done < request.ExtentCount && context.TryRead(list.Element(done), out var frame) && TryFree(ref context, frame))
        {
            done++;
        }

        return done;
    }

    private static bool TryFree(ref HypercallContext context, ulong frame)
    {
        var domain = context.Domain;
        if (!domain.Paging.IsUnused(frame, domain.Id))
        {
            return false;
        }

        domain.MachineToPhysical[frame] = MachineToPhysical.InvalidEntry;
        domain.Quota.Return(frame);
        domain.Paging.TlbFlushRequired = true;
        return true;
    }
}
