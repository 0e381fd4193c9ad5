using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>
/// The common shape of mmu_update and mmuext_op: an array of requests, a count, an optional place for the number done. The first bad
/// request ends the batch; the ones before it stay done. Long batches are cut into slices.
/// Arguments: 1 the array, 2 the count, 3 the place, 4 the domain.
/// </summary>
internal struct RequestBatch
{
    /// <summary>Bit of the count that marks a continued batch: the number done so far is where the guest wants it, and the upper half of the argument is the error that ended it, if
    /// only tables that it gave up are left to be looked at. A guest that sets the bit itself gets what it asks for.</summary>
    private const uint Continued = 0x8000_0000;
    private const int ErrorShift = 32;

    private const ulong RequestsPerSlice = 256;
    private const long WorkPerSlice = 64 * 1024;

    private readonly uint _count;
    private readonly uint _doneBefore;
    private Errno _error;

    /// <summary>Takes count and state from the arguments.</summary>
    public RequestBatch(ref HypercallContext context)
    {
        var count = (uint)context.Argument2;
        _count = count & ~Continued;
        context.Domain.Paging.BeginStep(WorkPerSlice);
        _error = (count & Continued) != 0 ? (Errno)(context.Argument2 >> ErrorShift) : Errno.None;
        var place = new GuestPointer<uint>(context.Argument3);
        if ((count & Continued) != 0 && !place.IsNull && context.TryRead(place, out var before))
        {
            _doneBefore = before;
        }
    }

    /// <summary>Requests done in this slice.</summary>
    public ulong Done { get; private set; }

    /// <summary>Whether another request is to be served in this slice. At least one always is.</summary>
    public readonly bool MayContinue(ref HypercallContext context) =>
        _error == Errno.None && Done < _count && (Done == 0 || (Done < RequestsPerSlice && !context.Domain.Paging.IsStepOver));

    /// <summary>Notes the result of a request; false ends the slice, and with an error the batch.</summary>
    public bool Step(Errno result)
    {
        if (result == Errno.ERESTART)
        {
            return false;
        }

        _error = result;
        Done += result == Errno.None ? 1UL : 0;
        return result == Errno.None;
    }

    /// <summary>Reports the number done and returns the call's result, or asks for the rest to be done later.</summary>
    public readonly long Finish<T>(ref HypercallContext context)
        where T : unmanaged
    {
        var place = new GuestPointer<uint>(context.Argument3);
        if (!place.IsNull)
        {
            context.TryWrite(place, _doneBefore + (uint)Done);
        }

        var isClean = context.Domain.Paging.TryEndStep();
        if (isClean && (_error != Errno.None || Done == _count))
        {
            return HypercallContext.Result(_error);
        }

        context.Argument1 = new GuestPointer<T>(context.Argument1).Element(Done).Address;
        context.Argument2 = ((ulong)_error << ErrorShift) | (_count - (uint)Done) | Continued;
        return context.ContinueLater();
    }

    /// <summary>Page-table requests work on the caller only. ESRCH, EPERM.</summary>
    public static Errno CheckDomain(ref HypercallContext context) => (uint)context.Argument4 switch
    {
        DomainIds.Self => Errno.None,
        DomainIds.Io or DomainIds.Xen => Errno.EPERM,
        var other => other <= ushort.MaxValue && new DomainId((ushort)other) != context.Domain.Id && context.Domain.Others(new DomainId((ushort)other)) is not null ? Errno.EPERM : Errno.ESRCH,
    };
}
