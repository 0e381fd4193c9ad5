using ParaKit.Abi;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>grant_table_op, copy: bytes between frames of the caller and frames that others grant it. Xen public/grant_table.h, "GNTTABOP_copy".</summary>
internal static class GrantCopyOp
{
    /// <summary>A frame in use for the time of a copy.</summary>
    private readonly record struct Place(Domain Owner, uint Reference, ulong Frame, bool IsGrant, bool IsWrite);

    /// <summary>Copies one element.</summary>
    public static GrantStatus Copy(ref HypercallContext context, ref GrantCopy request)
    {
        if (request.Source.Offset + request.Length > PageTableEntries.FrameBytes || request.Destination.Offset + request.Length > PageTableEntries.FrameBytes)
        {
            return GrantStatus.BadCopyArgument;
        }

        var result = Take(context.Domain, request.Source, (request.Flags & GrantCopyFlags.SourceIsGrant) != 0, isWrite: false, out var source);
        if (result != GrantStatus.Okay)
        {
            return result;
        }

        result = Take(context.Domain, request.Destination, (request.Flags & GrantCopyFlags.DestinationIsGrant) != 0, isWrite: true, out var destination);
        if (result == GrantStatus.Okay)
        {
            var memory = context.Vcpu.Processor.Memory;
            var bytes = memory.Span((source.Frame << PageTableEntries.FrameShift) + request.Source.Offset, request.Length);
            bytes.CopyTo(memory.Span((destination.Frame << PageTableEntries.FrameShift) + request.Destination.Offset, request.Length));
            Release(destination);
        }

        Release(source);
        return result;
    }

    private static GrantStatus Take(Domain caller, GrantCopyPlace place, bool isGrant, bool isWrite, out Place taken)
    {
        var owner = place.Domain == DomainIds.Self || place.Domain == caller.Id.Value ? caller : caller.Others(new DomainId(place.Domain));
        taken = default;
        if (owner is null)
        {
            return GrantStatus.BadDomain;
        }

        if (isGrant)
        {
            var result = place.Frame > uint.MaxValue ? GrantStatus.BadGrantReference : owner.Grants.Acquire((uint)place.Frame, caller.Id, isWrite, out taken, owner);
            return result;
        }

        if (owner != caller)
        {
            return GrantStatus.PermissionDenied;
        }

        var used = isWrite ? caller.Paging.Acquire(place.Frame, caller.Id, PageType.Writable) : caller.Paging.AcquireForReading(place.Frame, caller.Id);
        taken = new Place(caller, 0, place.Frame, IsGrant: false, isWrite);
        return used == Errno.None ? GrantStatus.Okay : GrantStatus.BadPage;
    }

    private static GrantStatus Acquire(this Grants.GrantTable grants, uint reference, DomainId user, bool isWrite, out Place taken, Domain owner)
    {
        var result = grants.Acquire(reference, user, isWrite, out var frame);
        taken = new Place(owner, reference, frame, IsGrant: true, isWrite);
        return result;
    }

    private static void Release(Place place)
    {
        if (place.IsGrant)
        {
            place.Owner.Grants.Release(place.Reference, place.IsWrite);
        }
        else if (place.IsWrite)
        {
            place.Owner.Paging.Release(place.Frame);
        }
        else
        {
            place.Owner.Paging.ReleaseFromReading(place.Frame);
        }
    }
}
