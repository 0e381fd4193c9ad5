using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Events;

/// <summary>
/// The ports of a domain. Peers are the domain itself or host-side back ends.
/// Xen public/event_channel.h, "EVTCHNOP_*".
/// </summary>
internal sealed class EventChannelTable(DomainId self, TwoLevelDelivery delivery, SharedInfoPage page)
{
    private const uint FirstPort = 1;

    private readonly EventChannel[] _ports = new EventChannel[SharedInfo.EventChannelCount];
    private readonly uint[,] _virqPorts = new uint[delivery.VcpuCount, VirqLimits.Count];
    private readonly Dictionary<uint, Action> _backends = [];

    /// <summary>Finds the ports of another domain; null if there is none, or it has none.</summary>
    public Func<DomainId, EventChannelTable?> Peers { get; set; } = _ => null;

    /// <summary>Events that were sent to the domain, with those that found an earlier one pending.</summary>
    public long Raised { get; private set; }

    /// <summary>Whether the number names a port, open or closed.</summary>
    public static bool IsPort(uint port) => port < SharedInfo.EventChannelCount;

    /// <summary>State of a port.</summary>
    public EventChannel this[uint port] => _ports[port];

    /// <summary>Allocates a port that a domain may connect to. ENOSPC.</summary>
    public Errno AllocateUnbound(DomainId remote, out uint port) => Open(new EventChannel(EventChannelStatus.Unbound, remote), out port);

    /// <summary>Allocates a port that is connected to a back end of the host. ENOSPC.</summary>
    public Errno AllocateForBackend(DomainId remote, uint remotePort, out uint port) =>
        Open(new EventChannel(EventChannelStatus.Interdomain, remote, remotePort), out port);

    /// <summary>Connects a back end of the host to a port that the domain has left unbound for it, or that was made for it. EINVAL.</summary>
    /// <param name="remote">The domain as which the back end acts.</param>
    /// <param name="port">The domain's port.</param>
    /// <param name="onEvent">Called for each event that the domain sends, inside its hypercall: it must only take note.</param>
    public Errno ConnectBackend(DomainId remote, uint port, Action onEvent)
    {
        if (!IsPort(port) || _ports[port].Remote != remote || _backends.ContainsKey(port)
            || _ports[port].Status is not (EventChannelStatus.Unbound or EventChannelStatus.Interdomain))
        {
            return Errno.EINVAL;
        }

        _ports[port] = _ports[port] with { Status = EventChannelStatus.Interdomain, Remote = remote, RemotePort = _ports[port].RemotePort == 0 ? port : _ports[port].RemotePort };
        _backends.Add(port, onEvent);
        return Errno.None;
    }

    /// <summary>Ends the connection of a back end; the domain's port is unbound again.</summary>
    public void DisconnectBackend(uint port)
    {
        if (_backends.Remove(port) && _ports[port].Status == EventChannelStatus.Interdomain)
        {
            _ports[port] = _ports[port] with { Status = EventChannelStatus.Unbound, RemotePort = 0 };
        }
    }

    /// <summary>Sends an event of a back end to the domain; nothing if it has closed the port.</summary>
    public void NotifyFromBackend(uint port)
    {
        if (_backends.ContainsKey(port))
        {
            SetPending(port);
        }
    }

    /// <summary>Connects a new port to an unbound port. ESRCH, EINVAL, ENOSPC.</summary>
    public Errno BindInterdomain(DomainId remote, uint remotePort, out uint port)
    {
        port = 0;
        var peer = remote == self ? this : Peers(remote);
        if (peer is null)
        {
            return Errno.ESRCH;
        }

        if (!IsPort(remotePort) || peer._ports[remotePort] is not { Status: EventChannelStatus.Unbound } unbound || unbound.Remote != self)
        {
            return Errno.EINVAL;
        }

        var result = Open(new EventChannel(EventChannelStatus.Interdomain, remote, remotePort), out port);
        if (result == Errno.None)
        {
            peer._ports[remotePort] = unbound with { Status = EventChannelStatus.Interdomain, Remote = self, RemotePort = port };
            // Events sent before the connection existed are lost: tell the new end to look.
            SetPending(port);
        }

        return result;
    }

    /// <summary>Binds a virtual interrupt. EINVAL, ENOENT, EEXIST, ENOSPC.</summary>
    public Errno BindVirq(Virq virq, uint vcpu, out uint port)
    {
        port = 0;
        if ((uint)virq >= VirqLimits.Count || (IsGlobal(virq) && vcpu != 0))
        {
            return Errno.EINVAL;
        }

        if (!IsVcpu(vcpu))
        {
            return Errno.ENOENT;
        }

        if (_virqPorts[vcpu, (uint)virq] != 0)
        {
            return Errno.EEXIST;
        }

        var result = Open(new EventChannel(EventChannelStatus.Virq, Virq: virq, Vcpu: vcpu), out port);
        _virqPorts[vcpu, (uint)virq] = port;
        return result;
    }

    /// <summary>Binds a port for interprocessor events. ENOENT, ENOSPC.</summary>
    public Errno BindIpi(uint vcpu, out uint port)
    {
        port = 0;
        return !IsVcpu(vcpu) ? Errno.ENOENT : Open(new EventChannel(EventChannelStatus.Ipi, Vcpu: vcpu), out port);
    }

    /// <summary>Chooses the processor that a port notifies. ENOENT, EINVAL.</summary>
    public Errno BindVcpu(uint port, uint vcpu)
    {
        if (!IsVcpu(vcpu))
        {
            return Errno.ENOENT;
        }

        var isMovable = IsPort(port) && _ports[port] switch
        {
            { Status: EventChannelStatus.Unbound or EventChannelStatus.Interdomain } => true,
            { Status: EventChannelStatus.Virq } bound => IsGlobal(bound.Virq),
            _ => false,
        };
        if (isMovable)
        {
            _ports[port] = _ports[port] with { Vcpu = vcpu };
        }

        return isMovable ? Errno.None : Errno.EINVAL;
    }

    /// <summary>Closes a port. EINVAL.</summary>
    public Errno Close(uint port)
    {
        if (!IsPort(port) || _ports[port].Status == EventChannelStatus.Closed)
        {
            return Errno.EINVAL;
        }

        var closed = _ports[port];
        _ports[port] = default;
        _backends.Remove(port);
        page.ClearPending(port);
        if (closed.Status == EventChannelStatus.Virq)
        {
            // Global ones are bound on processor 0, whichever they notify.
            _virqPorts[IsGlobal(closed.Virq) ? 0 : closed.Vcpu, (uint)closed.Virq] = 0;
        }

        if (closed.Status == EventChannelStatus.Interdomain && PeerOf(closed) is { } peer && peer._ports[closed.RemotePort] is { Status: EventChannelStatus.Interdomain } other
            && (other.Remote, other.RemotePort) == (self, port))
        {
            peer._ports[closed.RemotePort] = other with { Status = EventChannelStatus.Unbound, RemotePort = 0 };
        }

        return Errno.None;
    }

    /// <summary>Closes all ports.</summary>
    public void Reset()
    {
        for (var port = FirstPort; port < SharedInfo.EventChannelCount; port++)
        {
            Close(port);
        }
    }

    /// <summary>Sends an event to the other end of a port. EINVAL.</summary>
    public Errno Send(uint port)
    {
        if (!IsPort(port))
        {
            return Errno.EINVAL;
        }

        var channel = _ports[port];
        switch (channel.Status)
        {
            case EventChannelStatus.Interdomain when PeerOf(channel) is { } peer:
                peer.SetPending(channel.RemotePort);
                return Errno.None;
            case EventChannelStatus.Interdomain or EventChannelStatus.Unbound:
                _backends.GetValueOrDefault(port)?.Invoke();
                return Errno.None;
            case EventChannelStatus.Ipi:
                SetPending(port);
                return Errno.None;
            default:
                return Errno.EINVAL;
        }
    }

    /// <summary>Clears a port's mask. EINVAL.</summary>
    public Errno Unmask(uint port)
    {
        if (!IsPort(port))
        {
            return Errno.EINVAL;
        }

        delivery.Unmask(port, _ports[port].Vcpu);
        return Errno.None;
    }

    /// <summary>Raises a virtual interrupt of a virtual processor if it is bound.</summary>
    public void Raise(Virq virq, int vcpu = 0)
    {
        if (_virqPorts[vcpu, (uint)virq] is var port and not 0)
        {
            SetPending(port);
        }
    }

    private EventChannelTable? PeerOf(EventChannel channel) => channel.Remote == self ? this : Peers(channel.Remote);

    private bool IsVcpu(uint number) => number < (uint)delivery.VcpuCount;

    private void SetPending(uint port)
    {
        Raised++;
        delivery.SetPending(port, _ports[port].Vcpu);
    }

    private static bool IsGlobal(Virq virq) =>
        virq is not (Virq.Timer or Virq.Debug or Virq.Xenoprof or Virq.PerformanceMonitor);

    private Errno Open(EventChannel channel, out uint port)
    {
        for (port = FirstPort; port < SharedInfo.EventChannelCount; port++)
        {
            if (_ports[port].Status == EventChannelStatus.Closed)
            {
                _ports[port] = channel;
                return Errno.None;
            }
        }

        port = 0;
        return Errno.ENOSPC;
    }
}
