using ParaKit.Abi;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>memory_op: what memory there is, and more or less of it. Xen public/memory.h, "HYPERVISOR_memory_op".</summary>
internal static class MemoryOp
{
    /// <summary>The bits of the command that are the command.</summary>
    public const ulong CommandMask = 0x3f;

    /// <summary>Where the others begin.</summary>
    public const int ProgressShift = 6;

    /// <summary>command, argument. EFAULT, ESRCH, ENOSYS; <see cref="ReservationOp"/>.</summary>
    [Hypercall(HypercallNumber.MemoryOp)]
    public static long Invoke(ref HypercallContext context) => (MemoryOperation)(context.Argument1 & CommandMask) switch
    {
        MemoryOperation.MaximumRamPage => (long)context.Domain.MachineToPhysical.FrameCount,
        MemoryOperation.IncreaseReservation => ReservationOp.Increase(ref context),
        MemoryOperation.DecreaseReservation => ReservationOp.Decrease(ref context),
        MemoryOperation.PopulatePhysmap => ReservationOp.Populate(ref context),
        MemoryOperation.ShareFrames => ReservationOp.Share(ref context),
        MemoryOperation.UnshareFrames => ReservationOp.Unshare(ref context),
        MemoryOperation.CurrentReservation => ForSelf(ref context, (long)context.Domain.Quota.Current),
        MemoryOperation.MaximumReservation => ForSelf(ref context, (long)context.Domain.Quota.Maximum),
        MemoryOperation.MaximumGuestFrame => ForSelf(ref context, context.Domain.Frames.Length - 1),
        MemoryOperation.MachinePhysicalMapping => MachinePhysicalMapping(ref context),
        _ => HypercallContext.Result(Errno.ENOSYS),
    };

    private static long ForSelf(ref HypercallContext context, long value)
    {
        if (!context.TryRead(new GuestPointer<MemoryDomain>(context.Argument2), out var request))
        {
            return HypercallContext.Result(Errno.EFAULT);
        }

        return IsSelf(ref context, request.Domain) ? value : HypercallContext.Result(Errno.ESRCH);
    }

    /// <summary>Whether a number means the caller.</summary>
    public static bool IsSelf(ref HypercallContext context, ushort domain) => domain == DomainIds.Self || domain == context.Domain.Id.Value;

    private static long MachinePhysicalMapping(ref HypercallContext context)
    {
        var mapping = new MachinePhysicalMapping
        {
            VirtualStart = MachineToPhysical.VirtualStart,
            VirtualEnd = MachineToPhysical.VirtualEnd,
            MaximumFrame = context.Domain.MachineToPhysical.FrameCount - 1,
        };
        return context.TryWrite(new GuestPointer<MachinePhysicalMapping>(context.Argument2), in mapping)
            ? 0 : HypercallContext.Result(Errno.EFAULT);
    }
}
