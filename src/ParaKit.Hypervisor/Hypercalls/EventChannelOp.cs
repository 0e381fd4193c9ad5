using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>event_channel_op: ports. Xen public/event_channel.h, "HYPERVISOR_event_channel_op".</summary>
internal static class EventChannelOp
{
    /// <summary>command, argument. EFAULT, EINVAL, ENOENT, EEXIST, ENOSPC, ESRCH, EPERM, ENOSYS.</summary>
    [Hypercall(HypercallNumber.EventChannelOp)]
    public static long Invoke(ref HypercallContext context) => HypercallContext.Result(
        (EventChannelOperation)(uint)context.Argument1 switch
        {
            EventChannelOperation.AllocUnbound => AllocUnbound(ref context),
            EventChannelOperation.BindInterdomain => BindInterdomain(ref context),
            EventChannelOperation.BindVirq => BindVirq(ref context),
            EventChannelOperation.BindIpi => BindIpi(ref context),
            EventChannelOperation.BindPirq => Errno.EINVAL,
            EventChannelOperation.BindVcpu => BindVcpu(ref context),
            EventChannelOperation.Close => Close(ref context),
            EventChannelOperation.Send => Send(ref context),
            EventChannelOperation.Status => Status(ref context),
            EventChannelOperation.Unmask => Unmask(ref context),
            EventChannelOperation.Reset => Reset(ref context),
            _ => Errno.ENOSYS,
        });

    private static Errno AllocUnbound(ref HypercallContext context)
    {
        var pointer = new GuestPointer<EventAllocUnbound>(context.Argument2);
        if (!context.TryRead(pointer, out var request))
        {
            return Errno.EFAULT;
        }

        if (!IsSelf(ref context, request.Domain))
        {
            return Errno.ESRCH;
        }

        var result = context.Domain.Events.AllocateUnbound(Resolve(ref context, request.RemoteDomain), out request.Port);
        return Answer(ref context, pointer, request, result, request.Port);
    }

    private static Errno BindInterdomain(ref HypercallContext context)
    {
        var pointer = new GuestPointer<EventBindInterdomain>(context.Argument2);
        if (!context.TryRead(pointer, out var request))
        {
            return Errno.EFAULT;
        }

        var remote = Resolve(ref context, request.RemoteDomain);
        var result = context.Domain.Events.BindInterdomain(remote, request.RemotePort, out request.LocalPort);
        return Answer(ref context, pointer, request, result, request.LocalPort);
    }

    private static Errno BindVirq(ref HypercallContext context)
    {
        var pointer = new GuestPointer<EventBindVirq>(context.Argument2);
        if (!context.TryRead(pointer, out var request))
        {
            return Errno.EFAULT;
        }

        var result = context.Domain.Events.BindVirq(request.Virq, request.Vcpu, out request.Port);
        return Answer(ref context, pointer, request, result, request.Port);
    }

    private static Errno BindIpi(ref HypercallContext context)
    {
        var pointer = new GuestPointer<EventBindIpi>(context.Argument2);
        if (!context.TryRead(pointer, out var request))
        {
            return Errno.EFAULT;
        }

        var result = context.Domain.Events.BindIpi(request.Vcpu, out request.Port);
        return Answer(ref context, pointer, request, result, request.Port);
    }

    /// <summary>Tells the guest its new port; if that fails, the port is closed again, so that a failed call changes nothing.</summary>
    private static Errno Answer<T>(ref HypercallContext context, GuestPointer<T> pointer, T answer, Errno result, uint port)
        where T : unmanaged
    {
        if (result == Errno.None && !context.TryWrite(pointer, in answer))
        {
            context.Domain.Events.Close(port);
            return Errno.EFAULT;
        }

        return result;
    }

    private static Errno BindVcpu(ref HypercallContext context) =>
        context.TryRead(new GuestPointer<EventBindVcpu>(context.Argument2), out var request)
            ? context.Domain.Events.BindVcpu(request.Port, request.Vcpu)
            : Errno.EFAULT;

    private static Errno Close(ref HypercallContext context) =>
        context.TryRead(new GuestPointer<EventClose>(context.Argument2), out var request)
            ? context.Domain.Events.Close(request.Port)
            : Errno.EFAULT;

    private static Errno Send(ref HypercallContext context) =>
        context.TryRead(new GuestPointer<EventSend>(context.Argument2), out var request)
            ? context.Domain.Events.Send(request.Port)
            : Errno.EFAULT;

    private static Errno Unmask(ref HypercallContext context) =>
        context.TryRead(new GuestPointer<EventUnmask>(context.Argument2), out var request)
            ? context.Domain.Events.Unmask(request.Port)
            : Errno.EFAULT;

    private static Errno Reset(ref HypercallContext context)
    {
        if (!context.TryRead(new GuestPointer<EventReset>(context.Argument2), out var request))
        {
            return Errno.EFAULT;
        }

        if (!IsSelf(ref context, request.Domain))
        {
            return Errno.ESRCH;
        }

        context.Domain.Events.Reset();
        return Errno.None;
    }

    private static Errno Status(ref HypercallContext context)
    {
        var pointer = new GuestPointer<EventStatus>(context.Argument2);
        if (!context.TryRead(pointer, out var request))
        {
            return Errno.EFAULT;
        }

        if (!IsSelf(ref context, request.Domain))
        {
            return Errno.ESRCH;
        }

        if (!Events.EventChannelTable.IsPort(request.Port))
        {
            return Errno.EINVAL;
        }

        var channel = context.Domain.Events[request.Port];
        var answer = new EventStatus { Domain = request.Domain, Port = request.Port, Status = channel.Status, Vcpu = channel.Vcpu };
        if (channel.Status is EventChannelStatus.Unbound or EventChannelStatus.Interdomain)
        {
            answer.RemoteDomain = channel.Remote.Value;
            answer.RemotePort = channel.RemotePort;
        }
        else if (channel.Status == EventChannelStatus.Virq)
        {
            answer.Virq = channel.Virq;
        }

        return context.TryWrite(pointer, in answer) ? Errno.None : Errno.EFAULT;
    }

    private static bool IsSelf(ref HypercallContext context, ushort domain) => Resolve(ref context, domain) == context.Domain.Id;

    private static DomainId Resolve(ref HypercallContext context, ushort domain) =>
        domain == DomainIds.Self ? context.Domain.Id : new DomainId(domain);
}
