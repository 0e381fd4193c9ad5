using ParaKit.Abi;
using ParaKit.Hardware.Mmu;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>set_trap_table: install virtual gates. Xen public/arch-x86/xen.h, "HYPERVISOR_set_trap_table".</summary>
internal static class SetTrapTable
{
    private const int EntriesPerSlice = 256;

    /// <summary>traps: array that ends with address 0; null removes all gates. EFAULT, EINVAL.</summary>
    [Hypercall(HypercallNumber.SetTrapTable)]
    public static long Invoke(ref HypercallContext context)
    {
        var traps = new GuestPointer<TrapInfo>(context.Argument1);
        if (traps.IsNull)
        {
            context.Vcpu.ClearTraps();
            return 0;
        }

        Span<TrapInfo> checkedTraps = stackalloc TrapInfo[EntriesPerSlice];
        var count = 0;
        for (; count < EntriesPerSlice; count++)
        {
            if (!context.TryRead(traps.Element((ulong)count), out var trap))
            {
                return HypercallContext.Result(Errno.EFAULT);
            }

            if (trap.Address == 0)
            {
                break;
            }

            if (!LinearAddress.IsCanonical(trap.Address))
            {
                return HypercallContext.Result(Errno.EINVAL);
            }

            checkedTraps[count] = trap;
        }

        foreach (var trap in checkedTraps[..count])
        {
            context.Vcpu.SetTrap(trap);
        }

        if (count < EntriesPerSlice)
        {
            return 0;
        }

        context.Argument1 = traps.Element(EntriesPerSlice).Address;
        return context.ContinueLater();
    }
}
