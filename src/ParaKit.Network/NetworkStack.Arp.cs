using System;

namespace ParaKit.Network;

/// <summary>Finding Ethernet addresses. RFC 826.</summary>
public sealed partial class NetworkStack
{
    private const int CacheSize = 16;

    private readonly uint[] _knownAddresses = new uint[CacheSize];
    private readonly ulong[] _knownHardware = new ulong[CacheSize];
    private readonly byte[] _waiting = new byte[EthernetFrame.MaximumBytes];
    private int _nextEntry;
    private uint _waitingFor;
    private int _waitingBytes;

    private void ReceiveArp(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < ArpPacket.Bytes)
        {
            Malformed++;
            return;
        }

        bool isForUs = BigEndian.Read48(packet, 0) == ArpPacket.EthernetAndIpv4 && BigEndian.Read32(packet, ArpPacket.TargetProtocol) == Address;
        if (!isForUs)
        {
            return;
        }

        ulong hardware = BigEndian.Read48(packet, ArpPacket.SenderHardware);
        uint address = BigEndian.Read32(packet, ArpPacket.SenderProtocol);
        Learn(address, hardware);
        if (BigEndian.Read16(packet, ArpPacket.Operation) == ArpPacket.Request)
        {
            SendArp(ArpPacket.Reply, hardware, hardware, address);
        }
    }

    /// <summary>Nobody becomes the owner of our address, and no address becomes a group's.</summary>
    private void Learn(uint address, ulong hardware)
    {
        if (address == Address || address == 0 || (hardware & EthernetFrame.Group) != 0)
        {
            return;
        }

        int entry = Find(address);
        if (entry < 0)
        {
            entry = _nextEntry;
            _nextEntry = (_nextEntry + 1) % CacheSize;
        }

        _knownAddresses[entry] = address;
        _knownHardware[entry] = hardware;
        if (_waitingBytes > 0 && _waitingFor == address)
        {
            int length = _waitingBytes;
            _waitingBytes = 0;
            new ReadOnlySpan<byte>(_waiting, 0, length).CopyTo(_frame);
            SendFrame(hardware, EthernetFrame.Ipv4, length);
        }
    }

    private int Find(uint address)
    {
        for (int i = 0; i < CacheSize; i++)
        {
            if (_knownAddresses[i] == address)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Sends the packet in the frame; one packet at a time waits for an address that is not known yet.</summary>
    private void SendTo(uint destination, int length)
    {
        int entry = destination == Ipv4Packet.Broadcast ? -1 : Find(destination);
        if (destination == Ipv4Packet.Broadcast || entry >= 0)
        {
            SendFrame(entry < 0 ? EthernetFrame.Broadcast : _knownHardware[entry], EthernetFrame.Ipv4, length);
            return;
        }

        new ReadOnlySpan<byte>(_frame, 0, length).CopyTo(_waiting);
        _waitingFor = destination;
        _waitingBytes = length;
        SendArp(ArpPacket.Request, EthernetFrame.Broadcast, 0, destination);
    }

    private void SendArp(ushort operation, ulong frameDestination, ulong targetHardware, uint target)
    {
        Span<byte> packet = new Span<byte>(_frame).Slice(EthernetFrame.HeaderBytes, ArpPacket.Bytes);
        BigEndian.Write48(packet, 0, ArpPacket.EthernetAndIpv4);
        BigEndian.Write16(packet, ArpPacket.Operation, operation);
        BigEndian.Write48(packet, ArpPacket.SenderHardware, Hardware);
        BigEndian.Write32(packet, ArpPacket.SenderProtocol, Address);
        BigEndian.Write48(packet, ArpPacket.TargetHardware, targetHardware);
        BigEndian.Write32(packet, ArpPacket.TargetProtocol, target);
        SendFrame(frameDestination, EthernetFrame.Arp, EthernetFrame.HeaderBytes + ArpPacket.Bytes);
    }
}
