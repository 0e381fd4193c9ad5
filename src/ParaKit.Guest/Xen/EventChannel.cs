using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>One end of a connection over which two domains notify each other. Xen public/event_channel.h.</summary>
/// <param name="port">Number of the end in this domain.</param>
public readonly unsafe struct EventChannel(uint port)
{
    private const int PortsPerWord = 64;

    /// <summary>Number of the end in this domain; the other side needs it to connect.</summary>
    public uint Port { get; } = port;

    /// <summary>Makes an end that another domain may connect to.</summary>
    /// <returns><see cref="Errno.None"/>, or why there is none: ENOSPC, EPERM, ESRCH.</returns>
    public static Errno AllocateUnbound(ushort remoteDomain, out EventChannel channel)
    {
        EventAllocUnbound request = new() { Domain = DomainIds.Self, RemoteDomain = remoteDomain };
        Errno result = Call(EventChannelOperation.AllocUnbound, &request);
        channel = new EventChannel(request.Port);
        return result;
    }

    /// <summary>Connects to the unbound end of another domain.</summary>
    /// <returns><see cref="Errno.None"/>, or why not: ENOSPC, EINVAL, ESRCH.</returns>
    public static Errno BindInterdomain(ushort remoteDomain, uint remotePort, out EventChannel channel)
    {
        EventBindInterdomain request = new() { RemoteDomain = remoteDomain, RemotePort = remotePort };
        Errno result = Call(EventChannelOperation.BindInterdomain, &request);
        channel = new EventChannel(request.LocalPort);
        return result;
    }

    /// <summary>Makes a channel over which the virtual processors of this domain notify one of them.</summary>
    /// <param name="vcpu">The one that is notified.</param>
    /// <param name="channel">The channel; any of them may use it.</param>
    /// <returns><see cref="Errno.None"/>, or why there is none: ENOSPC, ENOENT.</returns>
    public static Errno BindInterprocessor(uint vcpu, out EventChannel channel)
    {
        EventBindIpi request = new() { Vcpu = vcpu };
        Errno result = Call(EventChannelOperation.BindIpi, &request);
        channel = new EventChannel(request.Port);
        return result;
    }

    /// <summary>Makes an end over which the hypervisor itself notifies the first virtual processor.</summary>
    /// <param name="virq">Of what.</param>
    /// <param name="channel">The channel.</param>
    /// <returns><see cref="Errno.None"/>, or why there is none: EEXIST, EINVAL, ENOSPC.</returns>
    public static Errno BindVirq(Virq virq, out EventChannel channel)
    {
        EventBindVirq request = new() { Virq = virq };
        Errno result = Call(EventChannelOperation.BindVirq, &request);
        channel = new EventChannel(request.Port);
        return result;
    }

    /// <summary>Delivers events as an interrupt: <see cref="Interrupts.TryTake"/> then gives <paramref name="line"/>.</summary>
    public void DeliverAs(int line) => ParavirtualInterrupts.Bind(Port, line);

    /// <summary>Sends an event to the other end.</summary>
    [NotifiesPeer]
    public Errno Notify()
    {
        EventSend request = new() { Port = Port };
        return Call(EventChannelOperation.Send, &request);
    }

    /// <summary>Keeps events from being delivered; they stay pending.</summary>
    public void Mask() => AtomicBits.Set(ref Domain.Shared->EventMask[Port / PortsPerWord], (int)(Port % PortsPerWord));

    /// <summary>Delivers events again, also one that came meanwhile.</summary>
    public Errno Unmask()
    {
        EventUnmask request = new() { Port = Port };
        return Call(EventChannelOperation.Unmask, &request);
    }

    /// <summary>Waits for an event of a masked channel, and takes it. The kernel sleeps meanwhile, and other events wake it, too.</summary>
    [MaySleep]
    public void Wait()
    {
        uint port = Port;
        SchedulerPoll poll = new() { Ports = (ulong)(&port), PortCount = 1 };
        Hypercall.SchedulerOp(SchedulerOperation.Poll, &poll);
        ClearPending();
    }

    /// <summary>Takes an event of a masked channel, if there is one.</summary>
    internal void ClearPending() => AtomicBits.Clear(ref Domain.Shared->EventPending[Port / PortsPerWord], (int)(Port % PortsPerWord));

    /// <summary>Takes an event of a masked channel, if one has come.</summary>
    public bool TryTake()
    {
        ref ulong word = ref Domain.Shared->EventPending[Port / PortsPerWord];
        bool isPending = ((System.Threading.Volatile.Read(ref word) >> (int)(Port % PortsPerWord)) & 1) != 0;
        if (isPending)
        {
            AtomicBits.Clear(ref word, (int)(Port % PortsPerWord));
        }

        return isPending;
    }

    /// <summary>Takes the connection down.</summary>
    public Errno Close()
    {
        EventClose request = new() { Port = Port };
        return Call(EventChannelOperation.Close, &request);
    }

    private static Errno Call(EventChannelOperation operation, void* argument) => (Errno)(-Hypercall.EventChannelOp(operation, argument));
}
