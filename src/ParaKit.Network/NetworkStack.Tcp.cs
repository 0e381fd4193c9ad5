using System;

namespace ParaKit.Network;

/// <summary>Which connection a segment belongs to. RFC 9293.</summary>
public sealed partial class NetworkStack
{
    private const int MaximumListeners = 8;
    private const uint SequenceStep = 64_000;
    private const ulong NanosecondsPerSequence = 4_000;
    private const ushort FirstEphemeralPort = 49_152;

    private readonly TcpConnection[] _connections;
    private readonly ushort[] _listeners = new ushort[MaximumListeners];
    private int _listenerCount;
    private ushort _lastPort = FirstEphemeralPort - 1;
    private uint _opened;

    /// <summary>Accepts connections to a port from now on.</summary>
    /// <returns>False if there are too many listeners.</returns>
    public bool TryListen(ushort port)
    {
        bool fits = _listenerCount < MaximumListeners;
        if (fits)
        {
            _listeners[_listenerCount++] = port;
        }

        return fits;
    }

    /// <summary>Takes the next connection that others have made to a port.</summary>
    public bool TryAccept(ushort port, out TcpConnection connection)
    {
        for (int i = 0; i < _connections.Length; i++)
        {
            connection = _connections[i];
            if (connection.TryAccept(port))
            {
                return true;
            }
        }

        connection = null;
        return false;
    }

    /// <summary>Begins a connection; it is made when its state says so.</summary>
    /// <returns>False if all connections are in use.</returns>
    public bool TryConnect(uint address, ushort port, ulong now, out TcpConnection connection)
    {
        Now = now;
        if (!TryTakeFree(out connection))
        {
            return false;
        }

        _lastPort = _lastPort == ushort.MaxValue ? FirstEphemeralPort : (ushort)(_lastPort + 1);
        connection.Open(address, port, _lastPort, NextSequence());
        return true;
    }

    /// <summary>Not to be guessed from outside is no aim of a simulated network; that numbers of old connections do not come again is.</summary>
    private uint NextSequence() => (uint)(Now / NanosecondsPerSequence) + (SequenceStep * _opened++);

    private bool TryTakeFree(out TcpConnection connection)
    {
        for (int i = 0; i < _connections.Length; i++)
        {
            connection = _connections[i];
            if (connection.IsFree)
            {
                return true;
            }
        }

        connection = null;
        return false;
    }

    private void ReceiveTcp(uint source, ReadOnlySpan<byte> segment)
    {
        int headerBytes = segment.Length < TcpSegment.HeaderBytes ? 0 : (segment[TcpSegment.DataOffset] >> 4) * sizeof(uint);
        if (headerBytes < TcpSegment.HeaderBytes || headerBytes > segment.Length
            || InternetChecksum.Finish(InternetChecksum.Add(InternetChecksum.Pseudo(source, Address, Ipv4Packet.Tcp, segment.Length), segment)) != 0)
        {
            Malformed++;
            return;
        }

        var arrived = new TcpArrival
        {
            Source = source,
            SourcePort = BigEndian.Read16(segment, 0),
            Port = BigEndian.Read16(segment, 2),
            Sequence = BigEndian.Read32(segment, TcpSegment.Sequence),
            Acknowledgement = BigEndian.Read32(segment, TcpSegment.Acknowledgement),
            Flags = segment[TcpSegment.Flags],
            Window = BigEndian.Read16(segment, TcpSegment.Window),
            Data = segment.Slice(headerBytes),
        };
        for (int i = 0; i < _connections.Length; i++)
        {
            if (_connections[i].Matches(in arrived))
            {
                _connections[i].Receive(in arrived);
                return;
            }
        }

        ReceiveForNobody(in arrived);
    }

    private void ReceiveForNobody(in TcpArrival arrived)
    {
        if ((arrived.Flags & TcpSegment.Rst) != 0)
        {
            return;
        }

        bool isOpening = (arrived.Flags & (TcpSegment.Syn | TcpSegment.Ack)) == TcpSegment.Syn;
        if (isOpening && IsListening(arrived.Port))
        {
            // If all connections are in use, the other side tries again.
            if (TryTakeFree(out TcpConnection connection))
            {
                connection.OpenFrom(in arrived, NextSequence());
            }

            return;
        }

        Refuse(in arrived);
    }

    private bool IsListening(ushort port)
    {
        for (int i = 0; i < _listenerCount; i++)
        {
            if (_listeners[i] == port)
            {
                return true;
            }
        }

        return false;
    }

    private void Refuse(in TcpArrival arrived)
    {
        if ((arrived.Flags & TcpSegment.Ack) != 0)
        {
            SendTcp(arrived.Source, arrived.Port, arrived.SourcePort, arrived.Acknowledgement, 0, TcpSegment.Rst, 0, 0);
        }
        else
        {
            SendTcp(arrived.Source, arrived.Port, arrived.SourcePort, 0, arrived.Sequence + arrived.SequenceLength, TcpSegment.Rst | TcpSegment.Ack, 0, 0);
        }
    }

    /// <summary>Where the data of the next segment is put, before <see cref="SendTcp"/>.</summary>
    internal Span<byte> TcpData => Payload.Slice(TcpSegment.HeaderBytes);

    internal void SendTcp(uint destination, ushort sourcePort, ushort port, uint sequence, uint acknowledgement, int flags, int window, int dataBytes)
    {
        int length = TcpSegment.HeaderBytes + dataBytes;
        Span<byte> segment = Payload.Slice(0, length);
        BigEndian.Write16(segment, 0, sourcePort);
        BigEndian.Write16(segment, 2, port);
        BigEndian.Write32(segment, TcpSegment.Sequence, sequence);
        BigEndian.Write32(segment, TcpSegment.Acknowledgement, acknowledgement);
        segment[TcpSegment.DataOffset] = (TcpSegment.HeaderBytes / sizeof(uint)) << 4;
        segment[TcpSegment.Flags] = (byte)flags;
        BigEndian.Write16(segment, TcpSegment.Window, (ushort)window);
        BigEndian.Write32(segment, TcpSegment.Checksum, 0); // and no urgent data
        BigEndian.Write16(segment, TcpSegment.Checksum, InternetChecksum.Finish(InternetChecksum.Add(InternetChecksum.Pseudo(Address, destination, Ipv4Packet.Tcp, length), segment)));
        SendIpv4(destination, Ipv4Packet.Tcp, length);
    }
}
