using ParaKit.Abi;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>multicall: several hypercalls in one. Xen public/xen.h, "HYPERVISOR_multicall".</summary>
internal static class Multicall
{
    private const uint CallsPerSlice = 64;

    /// <summary>entries, count. Each entry gets its own result. EFAULT; EINVAL inside another multicall.</summary>
    [Hypercall(HypercallNumber.Multicall)]
    public static long Invoke(ref HypercallContext context)
    {
        if (context.IsNested)
        {
            return HypercallContext.Result(Errno.EINVAL);
        }

        var entries = new GuestPointer<MulticallEntry>(context.Argument1);
        var count = (uint)context.Argument2;
        uint done = 0;
        while (done < Math.Min(count, CallsPerSlice) && context.Domain.IsAlive)
        {
            var error = InvokeEntry(ref context, entries.Element(done), out var wantsContinuation);
            if (error != Errno.None)
            {
                return HypercallContext.Result(error);
            }

            if (wantsContinuation)
            {
                break;
            }

            done++;
        }

        if (done == count || !context.Domain.IsAlive)
        {
            return 0;
        }

        context.Argument1 = entries.Element(done).Address;
        context.Argument2 = count - done;
        return context.ContinueLater();
    }

    private static Errno InvokeEntry(ref HypercallContext context, GuestPointer<MulticallEntry> pointer, out bool wantsContinuation)
    {
        wantsContinuation = false;
        if (!context.TryRead(pointer, out var entry))
        {
            return Errno.EFAULT;
        }

        var call = new HypercallContext
        {
            Domain = context.Domain,
            Number = entry.Operation,
            Argument1 = entry.Argument1,
            Argument2 = entry.Argument2,
            Argument3 = entry.Argument3,
            Argument4 = entry.Argument4,
            Argument5 = entry.Argument5,
            IsNested = true,
        };
        entry.Result = (ulong)HypercallTable.Invoke(ref call);
        wantsContinuation = call.WantsContinuation;
        if (wantsContinuation)
        {
            (entry.Argument1, entry.Argument2, entry.Argument3) = (call.Argument1, call.Argument2, call.Argument3);
            (entry.Argument4, entry.Argument5) = (call.Argument4, call.Argument5);
        }

        return context.TryWrite(pointer, in entry) ? Errno.None : Errno.EFAULT;
    }
}
