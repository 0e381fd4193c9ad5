using System;
using System.Runtime;
using ParaKit.Abi;
using ParaKit.Guest;
using ParaKit.Guest.Xen;
using ParaKit.Network;

/// <summary>Sends packets that pass its interface's rules, and rewrites them while they are on their way; sends in the name of others; asks for nonsense.</summary>
internal static unsafe class Kernel
{
    private const uint Victim = (10u << 24) | 1;
    private const ulong VictimHardware = 0x00163e_000001;
    private const ushort AllowedPort = 7000;
    private const ushort ForbiddenPort = 7001;
    private const ushort LastPort = 9;

    private static NetworkDevice s_device;
    private static readonly byte[] s_frame = new byte[64];

    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        var pages = (byte*)(PageTable.KernelBase + ((Platform.FirstFreeAddress + PageTable.PageSize - 1) & ~(PageTable.PageSize - 1)));
        if (!GrantTable.TryInitialize() || !NetworkDevice.TryConnect(0, pages, flips: false, out s_device))
        {
            Platform.Fail("no network");
        }

        Rewrite();
        Nonsense();
        Report("another's hardware address is refused", Send(s_device.Hardware + 1, OwnAddress, AllowedPort, 1) == NetworkStatus.Dropped);
        Report("another's address is refused", Send(s_device.Hardware, Victim, AllowedPort, 2) == NetworkStatus.Dropped);
        Report("a forbidden port is refused", Send(s_device.Hardware, OwnAddress, ForbiddenPort, 3) == NetworkStatus.Dropped);
        Report("what is allowed goes", Send(s_device.Hardware, OwnAddress, LastPort, 4) == NetworkStatus.Okay);
        Platform.Shutdown(0);
    }

    private static void Report(ReadOnlySpan<char> what, bool isTrue)
    {
        Console.Write(isTrue ? "PASS " : "FAIL ");
        Console.Write(what);
        Console.Write("\n");
    }

    private static uint OwnAddress => NetworkAddress.OfHardware(s_device.Hardware);

    /// <summary>As soon as the packet is in the ring, its headers become those of another.</summary>
    private static void Rewrite()
    {
        for (byte i = 0; i < 10; i++)
        {
            int length = Make(s_device.Hardware, OwnAddress, AllowedPort, (byte)(100 + i));
            s_device.TrySend(new ReadOnlySpan<byte>(s_frame, 0, length));
            Span<byte> buffer = s_device.Buffer(0);
            BigEndian.Write48(buffer, EthernetFrame.Source, VictimHardware + 7);
            BigEndian.Write32(buffer, EthernetFrame.HeaderBytes + Ipv4Packet.Source, Victim + 7);
            BigEndian.Write16(buffer, EthernetFrame.HeaderBytes + Ipv4Packet.HeaderBytes + 2, ForbiddenPort);
            while (!s_device.TryTakeSent())
            {
                s_device.Wait();
            }
        }
    }

    private static void Nonsense()
    {
        var good = new NetworkTransmitRequest { Grant = 8, Size = 60, Id = 999 };
        Report("a grant that is none is an error", Put(good with { Grant = 400 }) == NetworkStatus.Error);
        Report("a grant behind the table is an error", Put(good with { Grant = uint.MaxValue }) == NetworkStatus.Error);
        Report("bytes behind the page are an error", Put(good with { Offset = 4090 }) == NetworkStatus.Error);
        Report("no bytes are an error", Put(good with { Size = 0 }) == NetworkStatus.Error);
        Report("too many bytes are an error", Put(good with { Size = 1515 }) == NetworkStatus.Error);
        Report("checksums left out are an error", Put(good with { Flags = NetworkFlags.ChecksumBlank }) == NetworkStatus.Error);
        Report("a packet without its end is an error", Put(good with { Flags = NetworkFlags.MoreData }) == NetworkStatus.Error);
    }

    private static NetworkStatus Put(NetworkTransmitRequest request)
    {
        s_device.TryPut(in request);
        s_device.PushSent();
        while (!s_device.TryTakeSent())
        {
            s_device.Wait();
        }

        return s_device.LastStatus;
    }

    private static NetworkStatus Send(ulong hardware, uint address, ushort port, byte mark)
    {
        int length = Make(hardware, address, port, mark);
        s_device.TrySend(new ReadOnlySpan<byte>(s_frame, 0, length));
        while (!s_device.TryTakeSent())
        {
            s_device.Wait();
        }

        return s_device.LastStatus;
    }

    /// <summary>A datagram of one byte to the victim, without checksum.</summary>
    private static int Make(ulong hardware, uint address, ushort port, byte mark)
    {
        Span<byte> frame = s_frame;
        frame.Clear();
        BigEndian.Write48(frame, EthernetFrame.Destination, VictimHardware);
        BigEndian.Write48(frame, EthernetFrame.Source, hardware);
        BigEndian.Write16(frame, EthernetFrame.Type, EthernetFrame.Ipv4);
        Span<byte> packet = frame.Slice(EthernetFrame.HeaderBytes);
        packet[0] = 0x45;
        packet[Ipv4Packet.TotalLength + 1] = Ipv4Packet.HeaderBytes + UdpDatagram.HeaderBytes + 1;
        packet[Ipv4Packet.TimeToLive] = 64;
        packet[Ipv4Packet.Protocol] = Ipv4Packet.Udp;
        BigEndian.Write32(packet, Ipv4Packet.Source, address);
        BigEndian.Write32(packet, Ipv4Packet.Destination, Victim);
        BigEndian.Write16(packet, Ipv4Packet.Checksum, InternetChecksum.Finish(InternetChecksum.Add(0, packet.Slice(0, Ipv4Packet.HeaderBytes))));
        Span<byte> datagram = packet.Slice(Ipv4Packet.HeaderBytes);
        BigEndian.Write16(datagram, 0, AllowedPort);
        BigEndian.Write16(datagram, 2, port);
        datagram[5] = UdpDatagram.HeaderBytes + 1;
        datagram[UdpDatagram.HeaderBytes] = mark;
        return EthernetFrame.MinimumBytes;
    }
}
