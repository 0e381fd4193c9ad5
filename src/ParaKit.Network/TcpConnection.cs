using System;

namespace ParaKit.Network;

/// <summary>
/// A connection: bytes in order, acknowledged, sent again if need be, within the window of the other side. Segments that come out of order are dropped and
/// sent again by the other side; there is no congestion control, for there is no router. RFC 9293.
/// </summary>
public sealed partial class TcpConnection
{
    private const ulong FirstTimeout = 200_000_000;
    private const ulong LastTimeout = 60_000_000_000;
    private const ulong TimeWait = 60_000_000_000;
    private const int MaximumRetries = 8;

    private readonly NetworkStack _stack;
    private readonly ByteQueue _toSend;
    private readonly ByteQueue _received;
    private uint _remote;
    private ushort _remotePort;
    private ushort _port;

    // The first number not acknowledged; the next to send; the first never sent; the next to receive; what the other side has room for.
    private uint _unacknowledged;
    private uint _next;
    private uint _neverSent;
    private uint _expected;
    private uint _window;
    private ulong _timeout;
    private int _retries;
    private bool _isClosing;
    private bool _isInUse;
    private bool _isFromPeer;

    internal TcpConnection(NetworkStack stack, int bufferBytes)
    {
        _stack = stack;
        _toSend = new ByteQueue(bufferBytes);
        _received = new ByteQueue(bufferBytes);
        Deadline = ulong.MaxValue;
    }

    /// <summary>Where it stands.</summary>
    public TcpState State { get; private set; }

    /// <summary>Whether the other side refused it, broke it off, or no longer answers.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Bytes that can be read.</summary>
    public int Available => _received.Count;

    /// <summary>Bytes that <see cref="Write"/> takes.</summary>
    public int Room => State is TcpState.Established or TcpState.CloseWait && !_isClosing ? _toSend.Free : 0;

    /// <summary>Whether nothing will come any more.</summary>
    public bool IsAtEnd => _received.Count == 0 && State is not (TcpState.SynSent or TcpState.SynReceived or TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2);

    /// <summary>Segments that were sent again.</summary>
    public uint Resent { get; private set; }

    /// <summary>When <see cref="Poll"/> has something to do.</summary>
    internal ulong Deadline { get; private set; }

    /// <summary>Nobody holds it, and the network is done with it.</summary>
    internal bool IsFree => !_isInUse && State is TcpState.Closed or TcpState.TimeWait;

    private bool IsFinSent => State is TcpState.FinWait1 or TcpState.FinWait2 or TcpState.Closing or TcpState.LastAck or TcpState.TimeWait;

    /// <summary>Reads what has come, up to the size of the buffer; 0 if nothing has.</summary>
    public int Read(Span<byte> bytes)
    {
        int count = Math.Min(bytes.Length, _received.Count);
        bool wasTight = _received.Free < TcpSegment.MaximumPayload;
        _received.Peek(0, bytes.Slice(0, count));
        _received.Remove(count);
        if (wasTight && count > 0 && State != TcpState.Closed)
        {
            SendFlags(TcpSegment.Ack); // there is room again
        }

        return count;
    }

    /// <summary>Sends bytes, as many as there is room for, and returns how many.</summary>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        int count = _toSend.Add(bytes.Slice(0, Math.Min(bytes.Length, Room)));
        Output();
        return count;
    }

    /// <summary>There is no more to send; what was written still goes, and the other side can go on sending. The connection must not be used any more once it is at its end.</summary>
    public void Close()
    {
        _isClosing = true;
        if (State == TcpState.SynSent)
        {
            End(isBroken: false);
        }

        Output();
    }

    /// <summary>Gives the connection back: what has not come by now is of no interest. Breaks it off if it is not closed.</summary>
    public void Release()
    {
        _isInUse = false;
        _received.Clear();
        if (!_isClosing && State is not (TcpState.Closed or TcpState.TimeWait))
        {
            SendFlags(TcpSegment.Rst | TcpSegment.Ack);
            End(isBroken: true);
        }
    }

    internal bool Matches(in TcpArrival arrived) =>
        State != TcpState.Closed && _port == arrived.Port && _remotePort == arrived.SourcePort && _remote == arrived.Source;

    internal bool TryAccept(ushort port)
    {
        bool isNew = _isFromPeer && !_isInUse && _port == port && State is TcpState.Established or TcpState.CloseWait;
        _isInUse |= isNew;
        _isFromPeer &= !isNew;
        return isNew;
    }

    internal void Open(uint address, ushort port, ushort ownPort, uint sequence)
    {
        Begin(address, port, ownPort, sequence);
        _isInUse = true;
        State = TcpState.SynSent;
        Output();
    }

    internal void OpenFrom(in TcpArrival arrived, uint sequence)
    {
        Begin(arrived.Source, arrived.SourcePort, arrived.Port, sequence);
        _isFromPeer = true;
        _expected = arrived.Sequence + 1;
        _window = arrived.Window;
        State = TcpState.SynReceived;
        Output();
    }

    internal void Poll()
    {
        if (_stack.Now < Deadline)
        {
            return;
        }

        if (State == TcpState.TimeWait || ++_retries > MaximumRetries)
        {
            End(isBroken: State != TcpState.TimeWait);
            return;
        }

        Resent++;
        _next = _unacknowledged;
        _timeout = Math.Min(_timeout * 2, LastTimeout);
        Deadline = ulong.MaxValue;
        Output(isProbe: true);
    }

    private void Begin(uint address, ushort port, ushort ownPort, uint sequence)
    {
        _remote = address;
        _remotePort = port;
        _port = ownPort;
        _unacknowledged = sequence;
        _next = sequence;
        _neverSent = sequence;
        _window = 0;
        _isClosing = false;
        _isInUse = false;
        _isFromPeer = false;
        IsBroken = false;
        Resent = 0;
        StopTimer();
        _toSend.Clear();
        _received.Clear();
    }

    private void End(bool isBroken)
    {
        State = TcpState.Closed;
        IsBroken |= isBroken;
        Deadline = ulong.MaxValue;
        _toSend.Clear();
    }
}
