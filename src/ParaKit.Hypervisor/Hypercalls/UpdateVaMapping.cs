using ParaKit.Abi;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>update_va_mapping: change the level-1 entry of an address. Xen public/xen.h, "HYPERVISOR_update_va_mapping".</summary>
internal static class UpdateVaMapping
{
    /// <summary>address, entry, flush flags. EINVAL if the address has no level-1 table or the entry is bad; EBUSY; EFAULT for the processor bitmap.</summary>
    [Hypercall(HypercallNumber.UpdateVaMapping)]
    public static long Invoke(ref HypercallContext context)
    {
        var domain = context.Domain;
        var address = context.Argument1;
        if (domain.Paging.FindEntry(domain.Vcpu.CurrentTable, address) is not { } entry)
        {
            return HypercallContext.Result(Errno.EINVAL);
        }

        var result = domain.Paging.Update(entry, context.Argument2, domain.Id);
        return HypercallContext.Result(result == Errno.None ? Flush(ref context, address, (UpdateVaMappingFlags)context.Argument3) : result);
    }

    private static Errno Flush(ref HypercallContext context, ulong address, UpdateVaMappingFlags flags)
    {
        var kind = flags & UpdateVaMappingFlags.FlushTypeMask;
        var target = flags & ~UpdateVaMappingFlags.FlushTypeMask;
        if (kind == UpdateVaMappingFlags.None)
        {
            return Errno.None;
        }

        ulong? page = kind == UpdateVaMappingFlags.InvalidatePage ? address : null;
        if (target == UpdateVaMappingFlags.None)
        {
            TlbFlush.Apply(context.Vcpu, page);
            return Errno.None;
        }

        // Anything but "this processor" and "all" is the address of a bitmap of processors.
        var mask = TlbFlush.All;
        if (target != UpdateVaMappingFlags.All && !TlbFlush.TryReadMask(ref context, (ulong)target, out mask))
        {
            return Errno.EFAULT;
        }

        TlbFlush.Apply(context.Domain, mask, page);
        return Errno.None;
    }
}
