using ParaKit.Abi;
using ParaKit.Hypervisor.Backends;
using ParaKit.Hypervisor.Devices;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Store;

namespace ParaKit.Hypervisor.Network;

/// <summary>The back end of a virtual network interface: its rings, and a port of a switch. Xen public/io/netif.h.</summary>
internal sealed class NetworkBackend : IBackend, IPacketSink
{
    private readonly DeviceHost _host;
    private readonly VirtualSwitch _switch;
    private readonly DeviceLink _link;
    private readonly TransmitRequests _transmits;
    private BackRing<NetworkTransmitRequest, NetworkTransmitResponse>? _transmitRing;
    private BackRing<NetworkReceiveRequest, NetworkReceiveResponse>? _receiveRing;
    private bool _copies;

    /// <summary>Offers an interface to a guest.</summary>
    /// <param name="host">The guest.</param>
    /// <param name="number">The device's number; 0 is the first.</param>
    /// <param name="network">The switch.</param>
    /// <param name="options">What the interface is like.</param>
    public NetworkBackend(DeviceHost host, int number, VirtualSwitch network, InterfaceOptions options)
    {
        (_host, _switch) = (host, network);
        Port = network.Add(options, this);
        _transmits = new TransmitRequests(host, network, Port);
        _link = new DeviceLink(host, "vif", number, Connect, Disconnect);
        _link.Offer(
            [
                ("mac", Addresses.Hardware(options.Hardware)), ("handle", DeviceLink.Text(number)), ("bridge", network.Name),
                ("feature-rx-copy", "1"), ("feature-rx-flip", "1"), ("feature-sg", "1"), ("feature-no-csum-offload", "1"),
            ],
            [("mac", Addresses.Hardware(options.Hardware)), ("handle", DeviceLink.Text(number))]);
    }

    /// <summary>Its end of the switch.</summary>
    public SwitchPort Port { get; }

    /// <summary>Grants in use by packets on their way.</summary>
    public int InFlight => _transmits.InFlight;

    /// <summary>Called between all steps of the work, for tests that let the back end die at each.</summary>
    public Action? Step { get; set; }

    /// <inheritdoc/>
    public ulong? NextDeadline => _link.HasEvent || _transmits.Answers.Count > 0 ? 0 : null;

    /// <inheritdoc/>
    public void Serve(ulong now)
    {
        if (_transmitRing is { } ring)
        {
            if (_link.TakeEvent())
            {
                Take(ring, now);
            }

            Answer();
        }
    }

    /// <summary>Takes the device away from its guest.</summary>
    public void Remove()
    {
        _link.Remove();
        _switch.Remove(Port);
    }

    /// <summary>The back end is gone, wherever it was in its work; what it had taken from the rings and not answered is lost to it.</summary>
    public void Die() => _link.Die();

    /// <summary>It is there again, with an empty memory.</summary>
    public void Return() => _link.Return();

    /// <summary>The domain is gone.</summary>
    public void Forget() => _link.Forget();

    /// <inheritdoc/>
    public bool TryReceive(Packet packet, ulong now)
    {
        if (_receiveRing is not { } ring || !ring.TryTake(out var request))
        {
            Check(_receiveRing?.IsBroken ?? false);
            return false;
        }

        var status = Fill(packet, request.Grant);
        Step?.Invoke();
        if (_receiveRing != ring)
        {
            return false; // It died with the packet in the guest's page and the answer in its head.
        }

        ring.Put(new NetworkReceiveResponse { Id = request.Id, Status = status == GrantStatus.Okay ? (short)packet.Length : (short)NetworkStatus.Error });
        Port.Counters.Failed += status == GrantStatus.Okay ? 0 : 1;
        if (ring.Push())
        {
            _link.Notify();
        }

        return status == GrantStatus.Okay;
    }

    private GrantStatus Fill(Packet packet, uint grant)
    {
        if (!_copies)
        {
            var result = _host.Grants.Exchange(grant, StoreTree.Control, packet.Length, packet.Gather);
            _host.Work.Call();
            Port.Counters.PagesFlipped += result == GrantStatus.Okay ? 1 : 0;
            return result;
        }

        var status = _host.Acquire(grant, isWrite: true, out var frame);
        if (status == GrantStatus.Okay)
        {
            _host.Work.Copy(packet.Length);
            packet.Gather(_host.Memory.Span(frame << PageTableEntries.FrameShift, packet.Length));
            Port.Counters.HeaderBytesCopied += packet.Header.Length;
            Port.Counters.PayloadBytesCopied += packet.PayloadBytes;
            _host.Release(grant, isWrite: true);
        }

        return status;
    }

    private bool Connect(DeviceLink link)
    {
        if (!link.TryTakeRing("tx-ring-ref", out var transmits) || !link.TryTakeRing("rx-ring-ref", out var receives))
        {
            return false;
        }

        _copies = link.TryRead("request-rx-copy", out var copies) && copies == 1;
        _transmitRing = new(_host.Memory, transmits, _host.Work);
        _receiveRing = new(_host.Memory, receives, _host.Work);
        return true;
    }

    private void Disconnect()
    {
        _switch.Discard(Port);
        _transmits.Answers.Clear();
        (_transmitRing, _receiveRing) = (null, null);
    }

    private void Take(BackRing<NetworkTransmitRequest, NetworkTransmitResponse> ring, ulong now)
    {
        do
        {
            while (ring.TryTake(out var first))
            {
                Step?.Invoke();
                _transmits.Submit(first, ring.TryTake, now);
                Step?.Invoke();
            }
        }
        while (ring.FinalCheck());

        Check(ring.IsBroken);
    }

    private void Check(bool isBroken)
    {
        if (isBroken)
        {
            Port.Counters.BrokenRings++;
            _link.Break();
        }
    }

    private void Answer()
    {
        if (_transmitRing is not { } ring || _transmits.Answers.Count == 0)
        {
            return;
        }

        while (_transmits.Answers.TryDequeue(out var response))
        {
            Step?.Invoke();
            ring.Put(in response);
        }

        Step?.Invoke();
        var wantsEvent = ring.Push();
        Step?.Invoke();
        if (wantsEvent)
        {
            _link.Notify();
        }
    }
}
