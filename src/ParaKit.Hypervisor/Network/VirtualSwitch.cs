using ParaKit.Hypervisor.Backends;
using ParaKit.Network;

namespace ParaKit.Hypervisor.Network;

/// <summary>
/// A switch between interfaces, with one wire of 1 Gbit/s: packets go one at a time, taken from the interfaces in turns, and are delivered after the virtual time that
/// they take. Where an address is, the configuration says; packets for nobody are dropped. IEEE 802.3, "Interpacket gap", "Preamble".
/// </summary>
internal sealed class VirtualSwitch(string name) : IBackend
{
    private const ulong NanosecondsPerByte = 8;
    private const int OverheadBytes = 24; // preamble and start 8, check sequence 4, gap 12

    private readonly List<SwitchPort> _ports = [];
    private SwitchPort? _sender;
    private ulong _done;
    private int _turn;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Sees all packets on the wire; null for nobody.</summary>
    public Action<Packet, ulong>? Capture { get; set; }

    /// <summary>Packets to addresses that nobody has.</summary>
    public long Unroutable { get; private set; }

    /// <inheritdoc/>
    public ulong? NextDeadline { get; private set; }

    /// <summary>Adds an interface.</summary>
    /// <exception cref="ArgumentException">Another one has its address.</exception>
    public SwitchPort Add(InterfaceOptions options, IPacketSink sink)
    {
        if (_ports.Exists(port => port.Options.Hardware == options.Hardware || port.Options.Address == options.Address))
        {
            throw new ArgumentException($"two interfaces of the switch '{name}' have the address {Addresses.Hardware(options.Hardware)}, {Addresses.Ipv4(options.Address)}", nameof(options));
        }

        var added = new SwitchPort(options, sink);
        _ports.Add(added);
        return added;
    }

    /// <summary>Whether an interface has an address.</summary>
    public bool Has(uint address) => _ports.Exists(port => port.Options.Address == address);

    /// <summary>Takes an interface away; what it wanted to send is dropped.</summary>
    public void Remove(SwitchPort port)
    {
        Discard(port);
        _ports.Remove(port);
    }

    /// <summary>Drops what an interface wanted to send.</summary>
    public void Discard(SwitchPort port)
    {
        while (port.Waiting.TryDequeue(out var packet))
        {
            packet.Complete();
        }

        _sender = _sender == port ? null : _sender;
    }

    /// <summary>A packet that its interface's rules let pass waits for the wire.</summary>
    public void Send(SwitchPort port, Packet packet, ulong now)
    {
        port.Waiting.Enqueue(packet);
        if (_sender is null)
        {
            StartNext(Math.Max(now, _done));
        }
    }

    /// <summary>Delivers a packet at once, past the wire: for devices that take no time.</summary>
    public void SendAtOnce(SwitchPort port, Packet packet, ulong now) => Deliver(port, packet, now);

    /// <inheritdoc/>
    public void Serve(ulong now)
    {
        while (NextDeadline <= now)
        {
            var time = NextDeadline.GetValueOrDefault();
            NextDeadline = null;
            if (_sender is { } port)
            {
                _sender = null;
                Deliver(port, port.Waiting.Dequeue(), time);
            }

            StartNext(time);
        }
    }

    private void Deliver(SwitchPort port, Packet packet, ulong now)
    {
        port.Counters.Sent++;
        port.Counters.BytesSent += packet.Length;
        Capture?.Invoke(packet, now);
        var destination = BigEndian.Read48(packet.Header, EthernetFrame.Destination);
        var isRouted = false;
        foreach (var other in _ports.ToArray())
        {
            if (other != port && (other.Options.Hardware == destination || (destination & EthernetFrame.Group) != 0))
            {
                isRouted = true;
                Hand(packet, other, now);
            }
        }

        Unroutable += isRouted ? 0 : 1;
        packet.Complete();
    }

    private static void Hand(Packet packet, SwitchPort port, ulong now)
    {
        if (!port.Passes(packet.Header, isOut: false))
        {
            return;
        }

        if (port.Sink.TryReceive(packet, now))
        {
            port.Counters.Received++;
            port.Counters.BytesReceived += packet.Length;
        }
        else
        {
            port.Counters.Dropped++;
        }
    }

    /// <summary>The next interface in turn that has a packet and the credit for it; if only credit lacks, the time when there is more.</summary>
    private void StartNext(ulong now)
    {
        var again = ulong.MaxValue;
        for (var i = 0; i < _ports.Count; i++)
        {
            var port = _ports[(_turn + i) % _ports.Count];
            if (!port.Waiting.TryPeek(out var packet))
            {
                continue;
            }

            if (port.Credit.TryTake(packet.Length, now, out var later))
            {
                _turn = (_turn + i + 1) % _ports.Count;
                _sender = port;
                NextDeadline = _done = now + ((ulong)(packet.Length + OverheadBytes) * NanosecondsPerByte);
                return;
            }

            again = Math.Min(again, later);
        }

        NextDeadline = again == ulong.MaxValue ? null : again;
    }
}
