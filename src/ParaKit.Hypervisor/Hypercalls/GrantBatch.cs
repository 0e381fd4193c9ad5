using ParaKit.Abi;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>Operations of grant_table_op that take many elements, each with a status of its own.</summary>
internal static class GrantBatch
{
    private const uint ElementsPerSlice = 32;

    /// <summary>Does one element and sets its status.</summary>
    public delegate GrantStatus Operation<T>(ref HypercallContext context, ref T request)
        where T : unmanaged;

    /// <summary>Sets the status of an element.</summary>
    public delegate void SetStatus<T>(ref T request, GrantStatus status)
        where T : unmanaged;

    /// <summary>Does the elements, a slice at a time. EFAULT.</summary>
    public static long Run<T>(ref HypercallContext context, Operation<T> operation, SetStatus<T> setStatus)
        where T : unmanaged
    {
        var count = (uint)context.Argument3;
        var slice = Math.Min(count, ElementsPerSlice);
        for (uint i = 0; i < slice; i++)
        {
            var pointer = new GuestPointer<T>(context.Argument2).Element(i);
            if (!context.TryRead(pointer, out var request))
            {
                return HypercallContext.Result(Errno.EFAULT);
            }

            setStatus(ref request, operation(ref context, ref request));
            if (!context.TryWrite(pointer, in request))
            {
                return HypercallContext.Result(Errno.EFAULT);
            }
        }

        if (slice == count)
        {
            return 0;
        }

        context.Argument2 = new GuestPointer<T>(context.Argument2).Element(slice).Address;
        context.Argument3 = count - slice;
        return context.ContinueLater();
    }
}
