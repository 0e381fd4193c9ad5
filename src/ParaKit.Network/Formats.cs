namespace ParaKit.Network;

/// <summary>An Ethernet frame without preamble and check sequence. IEEE 802.3, "MAC frame and packet specifications".</summary>
public static class EthernetFrame
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeaderBytes = 14;
    /// <summary>Bytes of the longest payload.</summary>
    public const int MaximumPayload = 1500;
    /// <summary>Bytes of the longest frame.</summary>
    public const int MaximumBytes = HeaderBytes + MaximumPayload;
    /// <summary>Bytes of the shortest frame on a wire; shorter ones are filled up with zeros.</summary>
    public const int MinimumBytes = 60;
    /// <summary>Offset of the receiver's address.</summary>
    public const int Destination = 0;
    /// <summary>Offset of the sender's address.</summary>
    public const int Source = 6;
    /// <summary>Offset of the type of the payload.</summary>
    public const int Type = 12;
    /// <summary>Type: <see cref="Ipv4Packet"/>.</summary>
    public const ushort Ipv4 = 0x0800;
    /// <summary>Type: <see cref="ArpPacket"/>.</summary>
    public const ushort Arp = 0x0806;
    /// <summary>The address of all.</summary>
    public const ulong Broadcast = 0xffff_ffff_ffff;
    /// <summary>In an address: it is that of a group.</summary>
    public const ulong Group = 1UL << 40;
}

/// <summary>A request for an address, or an answer. RFC 826.</summary>
public static class ArpPacket
{
    /// <summary>Bytes for Ethernet and IPv4.</summary>
    public const int Bytes = 28;
    /// <summary>Offset of the operation.</summary>
    public const int Operation = 6;
    /// <summary>Offset of the sender's Ethernet address.</summary>
    public const int SenderHardware = 8;
    /// <summary>Offset of the sender's IPv4 address.</summary>
    public const int SenderProtocol = 14;
    /// <summary>Offset of the target's Ethernet address.</summary>
    public const int TargetHardware = 18;
    /// <summary>Offset of the target's IPv4 address.</summary>
    public const int TargetProtocol = 24;
    /// <summary>The first six bytes but the operation: Ethernet, IPv4, and the lengths of their addresses.</summary>
    public const ulong EthernetAndIpv4 = 0x0001_0800_0604;
    /// <summary>Operation: who has the target's IPv4 address?</summary>
    public const ushort Request = 1;
    /// <summary>Operation: the sender has.</summary>
    public const ushort Reply = 2;
}

/// <summary>A packet of the Internet protocol. RFC 791, "Internet Header Format".</summary>
public static class Ipv4Packet
{
    /// <summary>Bytes of a header without options.</summary>
    public const int HeaderBytes = 20;
    /// <summary>Offset of the length of header and payload.</summary>
    public const int TotalLength = 2;
    /// <summary>Offset of flags and fragment offset.</summary>
    public const int Fragment = 6;
    /// <summary>In those: this is not all of a packet.</summary>
    public const ushort IsFragment = 0x3fff;
    /// <summary>In those: it must not be cut.</summary>
    public const ushort DoNotFragment = 0x4000;
    /// <summary>Offset of the number of routers that it may pass.</summary>
    public const int TimeToLive = 8;
    /// <summary>Offset of the payload's protocol.</summary>
    public const int Protocol = 9;
    /// <summary>Offset of the header's checksum.</summary>
    public const int Checksum = 10;
    /// <summary>Offset of the sender's address.</summary>
    public const int Source = 12;
    /// <summary>Offset of the receiver's address.</summary>
    public const int Destination = 16;
    /// <summary>Protocol: control messages, RFC 792.</summary>
    public const byte Icmp = 1;
    /// <summary>Protocol: <see cref="TcpSegment"/>.</summary>
    public const byte Tcp = 6;
    /// <summary>Protocol: datagrams, RFC 768.</summary>
    public const byte Udp = 17;
    /// <summary>The address of all on the network.</summary>
    public const uint Broadcast = 0xffff_ffff;
}

/// <summary>Control messages that the stack knows. RFC 792, "Echo or Echo Reply Message".</summary>
public static class IcmpMessage
{
    /// <summary>Bytes before the data.</summary>
    public const int HeaderBytes = 8;
    /// <summary>Type: send this back.</summary>
    public const byte Echo = 8;
    /// <summary>Type: here it is.</summary>
    public const byte EchoReply = 0;
}

/// <summary>A datagram. RFC 768.</summary>
public static class UdpDatagram
{
    /// <summary>Bytes before the data.</summary>
    public const int HeaderBytes = 8;
    /// <summary>Most bytes of data.</summary>
    public const int MaximumPayload = EthernetFrame.MaximumPayload - Ipv4Packet.HeaderBytes - HeaderBytes;
    /// <summary>Port: send this back. RFC 862.</summary>
    public const ushort EchoPort = 7;
}

/// <summary>A segment of a connection. RFC 9293, "Header Format".</summary>
public static class TcpSegment
{
    /// <summary>Bytes of a header without options.</summary>
    public const int HeaderBytes = 20;
    /// <summary>Most bytes of data here.</summary>
    public const int MaximumPayload = EthernetFrame.MaximumPayload - Ipv4Packet.HeaderBytes - HeaderBytes;
    /// <summary>Offset of the sequence number.</summary>
    public const int Sequence = 4;
    /// <summary>Offset of the acknowledgement number.</summary>
    public const int Acknowledgement = 8;
    /// <summary>Offset of the header's length, in words of four bytes, in the upper half of the byte.</summary>
    public const int DataOffset = 12;
    /// <summary>Offset of the flags.</summary>
    public const int Flags = 13;
    /// <summary>Offset of the window.</summary>
    public const int Window = 14;
    /// <summary>Offset of the checksum.</summary>
    public const int Checksum = 16;
    /// <summary>Flag: the sender has no more data.</summary>
    public const byte Fin = 1;
    /// <summary>Flag: the sequence number is the first.</summary>
    public const byte Syn = 2;
    /// <summary>Flag: there is no such connection.</summary>
    public const byte Rst = 4;
    /// <summary>Flag: give the data to the application.</summary>
    public const byte Psh = 8;
    /// <summary>Flag: the acknowledgement number counts.</summary>
    public const byte Ack = 16;
}
