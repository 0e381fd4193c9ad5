using System;

namespace ParaKit.Network;

/// <summary>Echoes and datagrams.</summary>
public sealed partial class NetworkStack
{
    private const int UdpLength = 4;
    private const int UdpChecksum = 6;
    private const int IcmpChecksum = 2;

    /// <summary>Sends a datagram.</summary>
    /// <returns>False if it is too long.</returns>
    public bool TrySendDatagram(uint destination, ushort sourcePort, ushort port, ReadOnlySpan<byte> data, ulong now)
    {
        Now = now;
        if (data.Length > UdpDatagram.MaximumPayload)
        {
            return false;
        }

        int length = UdpDatagram.HeaderBytes + data.Length;
        Span<byte> datagram = Payload.Slice(0, length);
        BigEndian.Write16(datagram, 0, sourcePort);
        BigEndian.Write16(datagram, 2, port);
        BigEndian.Write16(datagram, UdpLength, (ushort)length);
        BigEndian.Write16(datagram, UdpChecksum, 0);
        data.CopyTo(datagram.Slice(UdpDatagram.HeaderBytes));
        ushort checksum = InternetChecksum.Finish(InternetChecksum.Add(InternetChecksum.Pseudo(Address, destination, Ipv4Packet.Udp, length), datagram));

        // 0 means that there is none.
        BigEndian.Write16(datagram, UdpChecksum, checksum == 0 ? (ushort)0xffff : checksum);
        SendIpv4(destination, Ipv4Packet.Udp, length);
        return true;
    }

    /// <summary>Asks a host for an answer ("ping"); <see cref="EchoReplies"/> counts those that come.</summary>
    public void SendEcho(uint destination, ushort identifier, ushort sequence, ReadOnlySpan<byte> data, ulong now)
    {
        Now = now;
        Span<byte> message = Payload.Slice(0, IcmpMessage.HeaderBytes + data.Length);
        message[0] = IcmpMessage.Echo;
        message[1] = 0;
        BigEndian.Write16(message, 4, identifier);
        BigEndian.Write16(message, 6, sequence);
        data.CopyTo(message.Slice(IcmpMessage.HeaderBytes));
        SendIcmp(destination, message);
    }

    private void SendIcmp(uint destination, Span<byte> message)
    {
        BigEndian.Write16(message, IcmpChecksum, 0);
        BigEndian.Write16(message, IcmpChecksum, InternetChecksum.Finish(InternetChecksum.Add(0, message)));
        SendIpv4(destination, Ipv4Packet.Icmp, message.Length);
    }

    private void ReceiveIcmp(uint source, ReadOnlySpan<byte> message)
    {
        if (message.Length < IcmpMessage.HeaderBytes || InternetChecksum.Finish(InternetChecksum.Add(0, message)) != 0)
        {
            Malformed++;
        }
        else if (message[0] == IcmpMessage.Echo)
        {
            Span<byte> answer = Payload.Slice(0, message.Length);
            message.CopyTo(answer);
            answer[0] = IcmpMessage.EchoReply;
            SendIcmp(source, answer);
        }
        else if (message[0] == IcmpMessage.EchoReply)
        {
            EchoReplies++;
        }
    }

    private void ReceiveUdp(uint source, uint destination, ReadOnlySpan<byte> datagram)
    {
        int length = datagram.Length < UdpDatagram.HeaderBytes ? 0 : BigEndian.Read16(datagram, UdpLength);
        if (length < UdpDatagram.HeaderBytes || length > datagram.Length)
        {
            Malformed++;
            return;
        }

        datagram = datagram.Slice(0, length);
        bool hasChecksum = BigEndian.Read16(datagram, UdpChecksum) != 0;
        if (hasChecksum && InternetChecksum.Finish(InternetChecksum.Add(InternetChecksum.Pseudo(source, destination, Ipv4Packet.Udp, length), datagram)) != 0)
        {
            Malformed++;
            return;
        }

        Datagrams?.Receive(this, source, BigEndian.Read16(datagram, 0), BigEndian.Read16(datagram, 2), datagram.Slice(UdpDatagram.HeaderBytes));
    }
}
