using ParaKit.Abi;
using ParaKit.Hypervisor.Domains;
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
        var number = (uint)context.Argument2;
        if (number >= context.Domain.Vcpus.Count)
        {
            return HypercallContext.Result(Errno.ENOENT);
        }

        var vcpu = context.Domain.Vcpus[(int)number];
        switch ((VcpuOperation)(uint)context.Argument1)
        {
            case VcpuOperation.Initialise:
                return HypercallContext.Result(Initialise(ref context, vcpu));
            case VcpuOperation.Up:
                return HypercallContext.Result(Up(ref context, vcpu));
            case VcpuOperation.Down:
                return HypercallContext.Result(Down(ref context, vcpu));
            case VcpuOperation.IsUp:
                return vcpu.Activity != VcpuActivity.Down ? 1 : 0;
            case VcpuOperation.GetRunstateInfo:
                return GetRunstateInfo(ref context, vcpu);
            case VcpuOperation.RegisterVcpuInfo:
                return HypercallContext.Result(RegisterVcpuInfo(ref context, vcpu));
            default:
                return vcpu == context.Vcpu ? InvokeOnCaller(ref context) : InvokeOnOther(ref context);
        }
    }

    private static long InvokeOnCaller(ref HypercallContext context)
    {
        switch ((VcpuOperation)(uint)context.Argument1)
        {
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
                context.Vcpu.Timers.SingleShot = VirtualTimers.Never;
                return 0;
            default:
                return HypercallContext.Result(Errno.ENOSYS);
        }
    }

    /// <summary>Timers can be set by their own processor only; areas of others lie in address spaces that may not be in use.</summary>
    private static long InvokeOnOther(ref HypercallContext context) => HypercallContext.Result(
        (VcpuOperation)(uint)context.Argument1 is >= VcpuOperation.SetPeriodicTimer and <= VcpuOperation.StopSingleshotTimer ? Errno.EINVAL : Errno.ENOSYS);

    private static Errno Initialise(ref HypercallContext context, VirtualCpu vcpu)
    {
        if (vcpu.IsInitialised)
        {
            return Errno.EEXIST;
        }

        return context.TryRead(new GuestPointer<VcpuGuestContext>(context.Argument3), out var initial)
            ? VcpuInitialisation.Apply(context.Domain, vcpu, in initial)
            : Errno.EFAULT;
    }

    private static Errno Up(ref HypercallContext context, VirtualCpu vcpu)
    {
        if (!vcpu.IsInitialised)
        {
            return Errno.EINVAL;
        }

        context.Domain.BringUp(vcpu);
        return Errno.None;
    }

    /// <summary>Taking the last processor down powers the domain off.</summary>
    private static Errno Down(ref HypercallContext context, VirtualCpu vcpu)
    {
        context.Domain.TakeDown(vcpu);
        return Errno.None;
    }

    private static long GetRunstateInfo(ref HypercallContext context, VirtualCpu vcpu)
    {
        var info = vcpu.Runstates.Capture(context.Domain.Clock.Now);
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

    private static Errno RegisterVcpuInfo(ref HypercallContext context, VirtualCpu vcpu)
    {
        if (!context.TryRead(new GuestPointer<VcpuRegisterVcpuInfo>(context.Argument3), out var request))
        {
            return Errno.EFAULT;
        }

        var domain = context.Domain;
        if (vcpu.Info.IsMoved || request.Offset > PageTableEntries.FrameBytes - VcpuInfo.Size || request.Offset % sizeof(ulong) != 0
            || domain.Paging.Acquire(request.Frame, domain.Id, PageType.Writable) != Errno.None)
        {
            return Errno.EINVAL;
        }

        vcpu.Info.Move((request.Frame << PageTableEntries.FrameShift) + request.Offset);
        return Errno.None;
    }
}
