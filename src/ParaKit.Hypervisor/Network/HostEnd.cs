using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Backends;
using ParaKit.Network;

namespace ParaKit.Hypervisor.Network;

/// <summary>The host's own end of a switch: answers echo requests, datagrams to the echo port, and makes connections for others.</summary>
internal sealed class HostEnd : IPacketSink, IFrameSender, IDatagramReceiver, IBackend
{
    private const int Connections = 64;
    private const int BufferBytes = 16 << 10;

    private readonly VirtualSwitch _switch;
    private readonly PhysicalMemory _memory;
    private readonly SwitchPort _port;
    private readonly bool _isImmediate;
    private readonly Queue<byte[]> _frames = new();
    private ulong _now;

    /// <summary>Joins a switch.</summary>
    /// <param name="network">The switch.</param>
    /// <param name="memory">The machine's memory.</param>
    /// <param name="isImmediate">Whether packets take no time.</param>
    public HostEnd(VirtualSwitch network, PhysicalMemory memory, bool isImmediate)
    {
        (_switch, _memory, _isImmediate) = (network, memory, isImmediate);
        _port = network.Add(new InterfaceOptions(Addresses.HostHardware, NetworkAddress.Host, [], Rate: null), this);
        Stack = new NetworkStack(Addresses.HostHardware, NetworkAddress.Host, this, Connections, BufferBytes) { Datagrams = this };
    }

    /// <summary>What makes connections of its own.</summary>
    public List<PortForward> Forwards { get; } = [];

    /// <summary>Its protocols.</summary>
    public NetworkStack Stack { get; }

    /// <inheritdoc/>
    public ulong? NextDeadline
    {
        get
        {
            var next = _frames.Count > 0 ? 0 : Stack.NextDeadline;
            foreach (var forward in Forwards)
            {
                next = Math.Min(next, forward.NextDeadline.GetValueOrDefault());
            }

            return next == ulong.MaxValue ? null : next;
        }
    }

    /// <inheritdoc/>
    public bool TryReceive(Packet packet, ulong now)
    {
        Span<byte> frame = stackalloc byte[packet.Length];
        packet.Gather(frame);
        _now = now;
        Stack.Receive(frame, now);
        if (_isImmediate)
        {
            Serve(now);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> frame) => _frames.Enqueue(frame.ToArray());

    /// <inheritdoc/>
    public void Receive(NetworkStack stack, uint source, ushort sourcePort, ushort port, ReadOnlySpan<byte> data)
    {
        if (port == UdpDatagram.EchoPort)
        {
            stack.TrySendDatagram(source, port, sourcePort, data, _now);
        }
    }

    /// <inheritdoc/>
    public void Serve(ulong now)
    {
        _now = now;
        Stack.Poll(now);
        foreach (var forward in Forwards)
        {
            forward.Serve(now);
        }

        while (_frames.TryDequeue(out var frame))
        {
            var packet = Packet.OfHost(frame, _memory);
            if (_isImmediate)
            {
                _switch.SendAtOnce(_port, packet, now);
            }
            else
            {
                _switch.Send(_port, packet, now);
            }
        }
    }
}
