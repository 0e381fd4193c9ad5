using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>vcpu_op: virtual processors and their timers. Xen public/vcpu.h, "HYPERVISOR_vcpu_op".</summary>
internal static class VcpuOp
{
    private const ulong MinimumPeriod = 1_000_000;
    private const ulong MaximumPeriod = 1UL << 62;

    /// <summary>command, processor, argument. ENOENT, EFAULT, EINVAL, ETIME, EEXIST, ENOSYS.</summary>
    [Hypercall(HypercallNumber.VcpuOp)]
    public static long Invoke(ref HypercallContext context)
    {
        if ((uint)context.Argument2 != 0)
        {
            return HypercallContext.Result(Errno.ENOENT);
        }

        switch ((VcpuOperation)(uint)context.Argument1)
        {
            case VcpuOperation.Initialise:
                return HypercallContext.Result(Errno.EEXIST);
            case VcpuOperation.Up:
                return 0;
            case VcpuOperation.Down:
                // Taking the last processor down powers the domain off.
                context.Domain.ShutDown(ShutdownReason.PowerOff);
                return 0;
            case VcpuOperation.IsUp:
                return 1;
            case VcpuOperation.GetRunstateInfo:
                return GetRunstateInfo(ref context);
            case VcpuOperation.RegisterRunstateMemoryArea:
                return RegisterRunstateMemoryArea(ref context);
            case VcpuOperation.SetPeriodicTimer:
                return SetPeriodicTimer(ref context);
            case VcpuOperation.StopPeriodicTimer:
                context.Vcpu.Timers.StopPeriodic();
                return 0;
            case VcpuOperation.SetSingleshotTimer:
                return SetSingleshotTimer(ref context);
            case VcpuOperation.StopSingleshotTimer:
                context.Vcpu.Timers.SingleShot = Domains.VirtualTimers.Never;
                return 0;
            case VcpuOperation.RegisterVcpuInfo:
                return HypercallContext.Result(RegisterVcpuInfo(ref context));
            default:
                return HypercallContext.Result(Errno.ENOSYS);
        }
    }

    private static long GetRunstateInfo(ref HypercallContext context)
    {
        var info = context.Domain.Runstates.Capture(context.Domain.Clock.Now);
        return context.TryWrite(new GuestPointer<VcpuRunstateInfo>(context.Argument3), in info) ? 0 : HypercallContext.Result(Errno.EFAULT);
    }

    private static long RegisterRunstateMemoryArea(ref HypercallContext context) =>
        context.TryRead(new GuestPointer<VcpuRegisterRunstateMemoryArea>(context.Argument3), out var request) && context.Domain.Runstates.TryRegister(request.Address)
            ? 0
            : HypercallContext.Result(Errno.EFAULT);

    private static long SetPeriodicTimer(ref HypercallContext context)
    {
        if (!context.TryRead(new GuestPointer<VcpuSetPeriodicTimer>(context.Argument3), out var request))
        {
            return HypercallContext.Result(Errno.EFAULT);
        }

        if (request.PeriodNanoseconds is < MinimumPeriod or > MaximumPeriod)
        {
            return HypercallContext.Result(Errno.EINVAL);
        }

        context.Vcpu.Timers.StartPeriodic(context.Domain.Clock.Now, request.PeriodNanoseconds);
        return 0;
    }

    private static long SetSingleshotTimer(ref HypercallContext context)
    {
        if (!context.TryRead(new GuestPointer<VcpuSetSingleshotTimer>(context.Argument3), out var request))
        {
            return HypercallContext.Result(Errno.EFAULT);
        }

        if ((request.Flags & VcpuSetSingleshotTimer.Future) != 0 && request.TimeoutNanoseconds < context.Domain.Clock.Now)
        {
            return HypercallContext.Result(Errno.ETIME);
        }

        context.Vcpu.Timers.SingleShot = request.TimeoutNanoseconds;
        return 0;
    }

    private static Errno RegisterVcpuInfo(ref HypercallContext context)
    {
        if (!context.TryRead(new GuestPointer<VcpuRegisterVcpuInfo>(context.Argument3), out var request))
        {
            return Errno.EFAULT;
        }

        var domain = context.Domain;
        var isMoved = domain.Shared.VcpuInfoAddress != domain.Shared.Address;
        if (isMoved || request.Offset > PageTableEntries.FrameBytes - VcpuInfo.Size || request.Offset % sizeof(ulong) != 0
            || domain.Paging.Acquire(request.Frame, domain.Id, PageType.Writable) != Errno.None)
        {
            return Errno.EINVAL;
        }

        domain.Shared.MoveVcpuInfo((request.Frame << PageTableEntries.FrameShift) + request.Offset);
        return Errno.None;
    }
}
