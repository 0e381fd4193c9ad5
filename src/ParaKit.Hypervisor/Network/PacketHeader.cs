using ParaKit.Hardware.Memory;
using ParaKit.Network;

namespace ParaKit.Hypervisor.Network;

/// <summary>The protocol headers of a packet: as much as rules are about, and no byte of the payload.</summary>
internal static class PacketHeader
{
    private const int MostBytes = 128;
    private const int PortBytes = 4;

    /// <summary>Copies the headers. Each byte is read once: what is copied is what was looked at.</summary>
    public static byte[] Copy(IReadOnlyList<PacketPiece> pieces, PhysicalMemory memory, int length)
    {
        Span<byte> bytes = stackalloc byte[MostBytes];
        var have = 0;
        Extend(bytes, ref have, EthernetFrame.HeaderBytes);
        switch (BigEndian.Read16(bytes, EthernetFrame.Type))
        {
            case EthernetFrame.Arp:
                Extend(bytes, ref have, have + ArpPacket.Bytes);
                break;
            case EthernetFrame.Ipv4:
                Extend(bytes, ref have, have + Ipv4Packet.HeaderBytes);
                Extend(bytes, ref have, EthernetFrame.HeaderBytes + Ipv4Bytes(bytes));
                Extend(bytes, ref have, have + TransportBytes(bytes));
                break;
            default:
                break;
        }

        return bytes[..have].ToArray();

        void Extend(Span<byte> copy, ref int had, int wanted)
        {
            wanted = Math.Min(wanted, Math.Min(length, MostBytes));
            if (wanted > had)
            {
                Packet.Gather(pieces, memory, had, copy[had..wanted]);
                had = wanted;
            }
        }
    }

    /// <summary>Looks at a header.</summary>
    public static PacketFields Read(ReadOnlySpan<byte> header)
    {
        var fields = new PacketFields
        {
            Destination = BigEndian.Read48(header, EthernetFrame.Destination),
            Source = BigEndian.Read48(header, EthernetFrame.Source),
            Type = BigEndian.Read16(header, EthernetFrame.Type),
        };
        var rest = header[EthernetFrame.HeaderBytes..];
        if (fields.Type == EthernetFrame.Arp && rest.Length >= ArpPacket.Bytes)
        {
            return fields with
            {
                SenderHardware = BigEndian.Read48(rest, ArpPacket.SenderHardware),
                SourceAddress = BigEndian.Read32(rest, ArpPacket.SenderProtocol),
                DestinationAddress = BigEndian.Read32(rest, ArpPacket.TargetProtocol),
            };
        }

        return fields.Type == EthernetFrame.Ipv4 && rest.Length >= Ipv4Packet.HeaderBytes ? ReadIpv4(fields, header, rest) : fields;
    }

    private static PacketFields ReadIpv4(PacketFields fields, ReadOnlySpan<byte> header, ReadOnlySpan<byte> packet)
    {
        fields = fields with
        {
            Protocol = packet[Ipv4Packet.Protocol],
            SourceAddress = BigEndian.Read32(packet, Ipv4Packet.Source),
            DestinationAddress = BigEndian.Read32(packet, Ipv4Packet.Destination),
        };

        // Behind the first fragment there are no ports.
        var isFirst = (BigEndian.Read16(packet, Ipv4Packet.Fragment) & 0x1fff) == 0;
        var ports = packet[Math.Min(packet.Length, Ipv4Bytes(header))..];
        return isFirst && fields.Protocol is Ipv4Packet.Tcp or Ipv4Packet.Udp && ports.Length >= PortBytes
            ? fields with { SourcePort = BigEndian.Read16(ports, 0), DestinationPort = BigEndian.Read16(ports, 2) }
            : fields;
    }

    private static int Ipv4Bytes(ReadOnlySpan<byte> header) => Math.Max((header[EthernetFrame.HeaderBytes] & 0xf) * sizeof(uint), Ipv4Packet.HeaderBytes);

    private static int TransportBytes(ReadOnlySpan<byte> header) => header[EthernetFrame.HeaderBytes + Ipv4Packet.Protocol] switch
    {
        Ipv4Packet.Tcp => TcpSegment.HeaderBytes,
        Ipv4Packet.Udp => UdpDatagram.HeaderBytes,
        Ipv4Packet.Icmp => IcmpMessage.HeaderBytes,
        _ => 0,
    };
}

/// <summary>What rules can ask of a packet; null where it has none.</summary>
internal readonly record struct PacketFields
{
    public ulong Destination { get; init; }

    public ulong Source { get; init; }

    public ushort Type { get; init; }

    public byte? Protocol { get; init; }

    public ulong? SenderHardware { get; init; }

    public uint? SourceAddress { get; init; }

    public uint? DestinationAddress { get; init; }

    public ushort? SourcePort { get; init; }

    public ushort? DestinationPort { get; init; }
}
