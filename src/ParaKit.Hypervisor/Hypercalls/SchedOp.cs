using ParaKit.Abi;
using ParaKit.Hypervisor.Events;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>sched_op: yield, sleep, stop. Xen public/sched.h, "HYPERVISOR_sched_op".</summary>
internal static class SchedOp
{
    private const int MaximumPolledPorts = 128;

    /// <summary>command, argument. EFAULT, EINVAL, ESRCH, ENOSYS.</summary>
    [Hypercall(HypercallNumber.SchedOp)]
    public static long Invoke(ref HypercallContext context) => (SchedulerOperation)(uint)context.Argument1 switch
    {
        SchedulerOperation.Yield => Yield(ref context),
        SchedulerOperation.Block => Block(ref context),
        SchedulerOperation.Shutdown => Shutdown(ref context),
        SchedulerOperation.Poll => Poll(ref context),
        SchedulerOperation.RemoteShutdown => HypercallContext.Result(Errno.ESRCH),
        _ => HypercallContext.Result(Errno.ENOSYS),
    };

    private static long Yield(ref HypercallContext context)
    {
        context.Vcpu.HasYielded = true;
        return 0;
    }

    private static long Block(ref HypercallContext context)
    {
        context.Vcpu.Info.UpcallMask = 0;
        if (!context.Vcpu.Info.UpcallPending)
        {
            context.Domain.Block();
        }

        return 0;
    }

    private static long Shutdown(ref HypercallContext context)
    {
        if (!context.TryRead(new GuestPointer<SchedulerShutdown>(context.Argument2), out var shutdown))
        {
            return HypercallContext.Result(Errno.EFAULT);
        }

        if (shutdown.Reason == ShutdownReason.Crash)
        {
            context.Domain.Crash("The guest reported a crash (SHUTDOWN_crash).");
        }
        else
        {
            context.Domain.ShutDown(shutdown.Reason);
        }

        return 0;
    }

    private static long Poll(ref HypercallContext context)
    {
        if (!context.TryRead(new GuestPointer<SchedulerPoll>(context.Argument2), out var poll))
        {
            return HypercallContext.Result(Errno.EFAULT);
        }

        if (poll.PortCount > MaximumPolledPorts)
        {
            return HypercallContext.Result(Errno.EINVAL);
        }

        var ports = new uint[poll.PortCount];
        for (var i = 0; i < ports.Length; i++)
        {
            if (!context.TryRead(new GuestPointer<uint>(poll.Ports).Element((ulong)i), out ports[i]))
            {
                return HypercallContext.Result(Errno.EFAULT);
            }

            if (!EventChannelTable.IsPort(ports[i]))
            {
                return HypercallContext.Result(Errno.EINVAL);
            }
        }

        var domain = context.Domain;
        if (!context.Vcpu.Info.NeedsDelivery && !Array.Exists(ports, domain.Shared.IsPending))
        {
            context.Vcpu.PolledPorts = ports;
            domain.Vcpu.Timers.PollTimeout = poll.Timeout == 0 ? Domains.VirtualTimers.Never : poll.Timeout;
            domain.Block();
        }

        return 0;
    }
}
