using System;

namespace ParaKit.Network;

/// <summary>
/// One host on an Ethernet: answers ARP and echo requests, sends and receives datagrams, and has TCP connections. Whoever owns it gives it the frames that
/// come, and the time. It does not allocate after it was made, and nothing that a frame says is believed unchecked.
/// </summary>
public sealed partial class NetworkStack
{
    private const byte FirstIpv4Byte = 0x45; // version 4, five words of header
    private const byte DefaultTimeToLive = 64;

    private readonly IFrameSender _sender;
    private readonly byte[] _frame = new byte[EthernetFrame.MaximumBytes];

    /// <summary>Makes a host.</summary>
    /// <param name="hardware">Its Ethernet address.</param>
    /// <param name="address">Its IPv4 address.</param>
    /// <param name="sender">Takes what it sends.</param>
    /// <param name="connections">TCP connections at most.</param>
    /// <param name="bufferBytes">Bytes that a connection keeps in each direction; the largest window, at most 65535.</param>
    public NetworkStack(ulong hardware, uint address, IFrameSender sender, int connections, int bufferBytes)
    {
        Hardware = hardware;
        Address = address;
        _sender = sender;
        _connections = new TcpConnection[connections];
        for (int i = 0; i < connections; i++)
        {
            _connections[i] = new TcpConnection(this, bufferBytes);
        }
    }

    /// <summary>Its Ethernet address.</summary>
    public ulong Hardware { get; }

    /// <summary>Its IPv4 address.</summary>
    public uint Address { get; }

    /// <summary>Takes datagrams; null drops them.</summary>
    public IDatagramReceiver Datagrams { get; set; }

    /// <summary>Answers to <see cref="SendEcho"/> that came.</summary>
    public uint EchoReplies { get; private set; }

    /// <summary>Frames that made no sense: cut short, or with wrong checksums.</summary>
    public uint Malformed { get; private set; }

    /// <summary>The time of the last call, in nanoseconds.</summary>
    internal ulong Now { get; private set; }

    /// <summary>Takes a frame from the network.</summary>
    /// <param name="frame">The frame without check sequence; it must not change meanwhile.</param>
    /// <param name="now">The time in nanoseconds.</param>
    public void Receive(ReadOnlySpan<byte> frame, ulong now)
    {
        Now = now;
        if (frame.Length < EthernetFrame.HeaderBytes)
        {
            Malformed++;
            return;
        }

        ulong destination = BigEndian.Read48(frame, EthernetFrame.Destination);
        if (destination != Hardware && destination != EthernetFrame.Broadcast)
        {
            return;
        }

        ReadOnlySpan<byte> payload = frame.Slice(EthernetFrame.HeaderBytes);
        switch (BigEndian.Read16(frame, EthernetFrame.Type))
        {
            case EthernetFrame.Arp:
                ReceiveArp(payload);
                break;
            case EthernetFrame.Ipv4:
                ReceiveIpv4(payload);
                break;
            default:
                break;
        }
    }

    /// <summary>Does what is due by now: sends again what was not acknowledged.</summary>
    public void Poll(ulong now)
    {
        Now = now;
        for (int i = 0; i < _connections.Length; i++)
        {
            _connections[i].Poll();
        }
    }

    /// <summary>When <see cref="Poll"/> has something to do; <see cref="ulong.MaxValue"/> if never.</summary>
    public ulong NextDeadline
    {
        get
        {
            ulong next = ulong.MaxValue;
            for (int i = 0; i < _connections.Length; i++)
            {
                next = Math.Min(next, _connections[i].Deadline);
            }

            return next;
        }
    }

    private void ReceiveIpv4(ReadOnlySpan<byte> packet)
    {
        int headerBytes = packet.Length < Ipv4Packet.HeaderBytes ? 0 : (packet[0] & 0xf) * sizeof(uint);
        if (headerBytes < Ipv4Packet.HeaderBytes || packet[0] >> 4 != 4 || headerBytes > packet.Length
            || InternetChecksum.Finish(InternetChecksum.Add(0, packet.Slice(0, headerBytes))) != 0)
        {
            Malformed++;
            return;
        }

        int total = BigEndian.Read16(packet, Ipv4Packet.TotalLength);
        uint destination = BigEndian.Read32(packet, Ipv4Packet.Destination);
        if (total < headerBytes || total > packet.Length)
        {
            Malformed++;
            return;
        }

        // Fragments are not put together.
        if ((BigEndian.Read16(packet, Ipv4Packet.Fragment) & Ipv4Packet.IsFragment) == 0 && (destination == Address || destination == Ipv4Packet.Broadcast))
        {
            Dispatch(packet[Ipv4Packet.Protocol], BigEndian.Read32(packet, Ipv4Packet.Source), destination, packet.Slice(headerBytes, total - headerBytes));
        }
    }

    private void Dispatch(byte protocol, uint source, uint destination, ReadOnlySpan<byte> payload)
    {
        switch (protocol)
        {
            case Ipv4Packet.Icmp:
                ReceiveIcmp(source, payload);
                break;
            case Ipv4Packet.Udp:
                ReceiveUdp(source, destination, payload);
                break;
            case Ipv4Packet.Tcp when destination == Address:
                ReceiveTcp(source, payload);
                break;
            default:
                break;
        }
    }

    /// <summary>Where the payload of the next packet is put, before <see cref="SendIpv4"/>.</summary>
    internal Span<byte> Payload => new Span<byte>(_frame).Slice(EthernetFrame.HeaderBytes + Ipv4Packet.HeaderBytes);

    /// <summary>Sends the packet whose payload is in <see cref="Payload"/>.</summary>
    internal void SendIpv4(uint destination, byte protocol, int payloadBytes)
    {
        Span<byte> frame = _frame;
        Span<byte> packet = frame.Slice(EthernetFrame.HeaderBytes, Ipv4Packet.HeaderBytes);
        packet.Clear();
        packet[0] = FirstIpv4Byte;
        BigEndian.Write16(packet, Ipv4Packet.TotalLength, (ushort)(Ipv4Packet.HeaderBytes + payloadBytes));
        BigEndian.Write16(packet, Ipv4Packet.Fragment, Ipv4Packet.DoNotFragment);
        packet[Ipv4Packet.TimeToLive] = DefaultTimeToLive;
        packet[Ipv4Packet.Protocol] = protocol;
        BigEndian.Write32(packet, Ipv4Packet.Source, Address);
        BigEndian.Write32(packet, Ipv4Packet.Destination, destination);
        BigEndian.Write16(packet, Ipv4Packet.Checksum, InternetChecksum.Finish(InternetChecksum.Add(0, packet)));
        SendTo(destination, EthernetFrame.HeaderBytes + Ipv4Packet.HeaderBytes + payloadBytes);
    }

    private void SendFrame(ulong destination, ushort type, int length)
    {
        Span<byte> frame = _frame;
        BigEndian.Write48(frame, EthernetFrame.Destination, destination);
        BigEndian.Write48(frame, EthernetFrame.Source, Hardware);
        BigEndian.Write16(frame, EthernetFrame.Type, type);
        if (length < EthernetFrame.MinimumBytes)
        {
            frame.Slice(length, EthernetFrame.MinimumBytes - length).Clear();
            length = EthernetFrame.MinimumBytes;
        }

        _sender.Send(frame.Slice(0, length));
    }
}
