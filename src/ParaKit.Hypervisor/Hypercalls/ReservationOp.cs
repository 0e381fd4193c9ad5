using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>
/// memory_op's commands that change how much memory a domain has: decrease_reservation, increase_reservation and populate_physmap, of single frames; and ParaKit's own, which share frames. Xen
/// public/memory.h, "xen_memory_reservation".
/// </summary>
/// <remarks>
/// They return how many frames they have done, in order, up to the first that cannot be, as Xen does: also 0 for an argument that cannot be read. EPERM for another domain.
/// </remarks>
internal static class ReservationOp
{
    private const ulong MostExtents = ulong.MaxValue >> 4;
    private const ulong ExtentsPerSlice = 512;

    /// <summary>Does one frame, whose number is at a place; false ends the call.</summary>
    private delegate bool Extent(ref HypercallContext context, GuestPointer<ulong> place);

    /// <summary>Frees frames that nobody uses.</summary>
    public static long Decrease(ref HypercallContext context) => Adjust(ref context, TryDecrease);

    /// <summary>Adds frames, zeroed, and says which.</summary>
    public static long Increase(ref HypercallContext context) => Adjust(ref context, TryIncrease);

    /// <summary>Adds frames, zeroed, for pages of which the numbers are given, and says which.</summary>
    public static long Populate(ref HypercallContext context) => Adjust(ref context, TryPopulate);

    /// <summary>Shares frames that nobody uses; the domain has them no longer, and may map what it is told instead for reading.</summary>
    public static long Share(ref HypercallContext context) => Adjust(ref context, TryShare);

    /// <summary>Copies shared frames into frames of the domain's own, and ends its hold of them.</summary>
    public static long Unshare(ref HypercallContext context) => Adjust(ref context, TryUnshare);

    private static long Adjust(ref HypercallContext context, Extent apply)
    {
        // The upper bits of the command count what a continued call has done.
        var done = context.Argument1 >> MemoryOp.ProgressShift;
        var isRead = context.TryRead(new GuestPointer<MemoryReservation>(context.Argument2), out var request);
        if (!isRead || request.ExtentCount > MostExtents || request.ExtentOrder != 0)
        {
            return (long)done;
        }

        if (!MemoryOp.IsSelf(ref context, request.Domain))
        {
            return context.Domain.Others(new DomainId(request.Domain)) is null ? (long)done : HypercallContext.Result(Errno.EPERM);
        }

        var extents = new GuestPointer<ulong>(request.ExtentStart);
        for (var sliceEnd = done + ExtentsPerSlice; done < request.ExtentCount && apply(ref context, extents.Element(done)); done++)
        {
            if (done == sliceEnd)
            {
                context.Argument1 = (context.Argument1 & MemoryOp.CommandMask) | ((done + 1) << MemoryOp.ProgressShift);
                return context.ContinueLater();
            }
        }

        return (long)done;
    }

    private static bool TryDecrease(ref HypercallContext context, GuestPointer<ulong> place)
    {
        var domain = context.Domain;
        if (!context.TryRead(place, out var frame) || !domain.Paging.IsUnused(frame, domain.Id))
        {
            return false;
        }

        domain.MachineToPhysical[frame] = MachineToPhysical.InvalidEntry;
        domain.Paging.Clear(frame); // Whoever has it next must not find what was in it.
        domain.Quota.Return(frame);
        domain.Paging.TlbFlushRequired = true; // Entries in TLBs outlive mappings.
        return true;
    }

    private static bool TryShare(ref HypercallContext context, GuestPointer<ulong> place)
    {
        var domain = context.Domain;
        if (!context.TryRead(place, out var frame) || !domain.Paging.IsUnused(frame, domain.Id))
        {
            return false;
        }

        domain.MachineToPhysical[frame] = MachineToPhysical.InvalidEntry;
        domain.Paging.TlbFlushRequired = true;
        domain.Quota.Remove();
        return context.TryWrite(place, domain.Sharing.Share(frame, domain.Id));
    }

    private static bool TryUnshare(ref HypercallContext context, GuestPointer<ulong> place)
    {
        var domain = context.Domain;
        if (!context.TryRead(place, out var shared) || !domain.Sharing.MayRead(shared, domain.Id) || !domain.Quota.TryTake(domain.Id, out var own))
        {
            return false;
        }

        domain.Sharing.Unshare(shared, own, domain.Id);
        return context.TryWrite(place, own);
    }

    private static bool TryIncrease(ref HypercallContext context, GuestPointer<ulong> place) =>
        TryTake(ref context, out var frame) && (place.IsNull || context.TryWrite(place, frame));

    private static bool TryPopulate(ref HypercallContext context, GuestPointer<ulong> place)
    {
        if (!context.TryRead(place, out var page) || !TryTake(ref context, out var frame))
        {
            return false;
        }

        context.Domain.MachineToPhysical[frame] = page;
        return context.TryWrite(place, frame);
    }

    private static bool TryTake(ref HypercallContext context, out ulong frame)
    {
        if (!context.Domain.Quota.TryTake(context.Domain.Id, out frame))
        {
            return false;
        }

        context.Domain.Paging.Clear(frame);
        return true;
    }
}
