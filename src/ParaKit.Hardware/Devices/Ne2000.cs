using ParaKit.Hardware.Bus;

namespace ParaKit.Hardware.Devices;

/// <summary>
/// An NE2000 network card: National Semiconductor's DP8390 with 16 KiB of memory, all access by programmed input and output. Sending takes no time. Not there:
/// multicast filters by hash, loopback, the counters of errors (there are none), and remote DMA by other commands than read and write.
/// "DP8390D/NS32490D NIC Network Interface Controller", "Internal Registers", "Packet Reception", "Remote DMA".
/// </summary>
public sealed class Ne2000 : IPortDevice
{
    /// <summary>Ports of the card.</summary>
    public const int PortCount = 32;

    private const int DataPort = 0x10;
    private const int ResetPort = 0x18;
    private const int MemoryStart = 0x4000;
    private const int MemoryEnd = 0x8000;
    private const int StationBytes = 32;
    private const int PageBytes = 256;
    private const int RecordBytes = 4;
    private const int AddressBytes = 6;
    private const int MinimumFrame = 60;
    private const int MaximumFrame = 1514;
    private const byte ReceivedIntact = 1;
    private const byte ReceivedGroup = 1 << 5;
    private const byte TransmittedIntact = 1;

    private readonly byte[] _memory = new byte[MemoryEnd];
    private readonly byte[] _station = new byte[AddressBytes];
    private readonly InterruptLine _line;
    private readonly INetworkWire _wire;
    private readonly ulong _hardware;
    private Dp8390Command _command = Dp8390Command.Stop;
    private Dp8390Status _status = Dp8390Status.Reset;
    private byte _mask;
    private byte _pageStart;
    private byte _pageStop;
    private byte _boundary;
    private byte _current;
    private byte _transmitPage;
    private ushort _transmitCount;
    private ushort _remoteAddress;
    private ushort _remoteCount;
    private byte _receiveConfiguration;
    private byte _transmitConfiguration;
    private byte _dataConfiguration;
    private byte _transmitStatus;

    /// <summary>Makes a card.</summary>
    /// <param name="hardware">Its Ethernet address.</param>
    /// <param name="line">Its interrupt line.</param>
    /// <param name="wire">What it is plugged into.</param>
    public Ne2000(ulong hardware, InterruptLine line, INetworkWire wire)
    {
        (_hardware, _line, _wire) = (hardware, line, wire);
        for (var i = 0; i < StationBytes; i++)
        {
            // Each byte twice, for a bus of 16 bits; 'W' marks such a card.
            var index = i / 2;
            _memory[i] = index < AddressBytes ? (byte)(hardware >> (8 * (AddressBytes - 1 - index))) : (byte)'W';
        }
    }

    /// <summary>Frames that it sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Frames that it took from the wire.</summary>
    public long Received { get; private set; }

    /// <summary>Frames that its ring had no room for.</summary>
    public long Missed { get; private set; }

    /// <summary>Bytes that the guest moved through the data port.</summary>
    public long BytesMoved { get; private set; }

    private bool IsRunning => (_command & Dp8390Command.Stop) == 0;

    private int RegisterPage => ((byte)_command >> 6) & 3;

    /// <inheritdoc/>
    public uint Read(int offset, int width) => offset switch
    {
        < DataPort => ReadRegister(offset),
        < ResetPort => ReadData(width),
        _ => Reset(),
    };

    /// <inheritdoc/>
    public void Write(int offset, int width, uint value)
    {
        if (offset < DataPort)
        {
            WriteRegister(offset, (byte)value);
        }
        else if (offset < ResetPort)
        {
            WriteData(width, value);
        }
    }

    /// <summary>A frame comes from the wire; false if it is lost.</summary>
    public bool TryReceive(ReadOnlySpan<byte> frame)
    {
        if (!IsRunning || frame.Length is < AddressBytes or > MaximumFrame || !IsForUs(frame))
        {
            return false;
        }

        var length = Math.Max(frame.Length, MinimumFrame);
        var pages = (RecordBytes + length + PageBytes - 1) / PageBytes;
        if (!IsRingSound() || FreePages() <= pages)
        {
            Missed++;
            Raise(Dp8390Status.Overwrite);
            return false;
        }

        Store(frame, length, pages);
        Received++;
        Raise(Dp8390Status.Received);
        return true;
    }

    private void Store(ReadOnlySpan<byte> frame, int length, int pages)
    {
        var next = _current + pages;
        next = next >= _pageStop ? next - (_pageStop - _pageStart) : next;
        var at = _current * PageBytes;
        var total = length + RecordBytes;
        Span<byte> record = [(byte)(ReceivedIntact | ((frame[0] & 1) != 0 ? ReceivedGroup : 0)), (byte)next, (byte)total, (byte)(total >> 8)];
        at = Put(at, record);
        at = Put(at, frame);
        for (var i = frame.Length; i < length; i++)
        {
            at = Put(at, [0]);
        }

        _current = (byte)next;
    }

    /// <summary>Bytes into the ring; behind its last page is its first.</summary>
    private int Put(int at, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            _memory[at++] = value;
            at = at == _pageStop * PageBytes ? _pageStart * PageBytes : at;
        }

        return at;
    }

    /// <summary>The driver writes these registers as it likes; a ring outside the card's memory takes nothing.</summary>
    private bool IsRingSound() =>
        _pageStart >= MemoryStart / PageBytes && _pageStop <= MemoryEnd / PageBytes && _pageStart < _pageStop && _current >= _pageStart && _current < _pageStop;

    private int FreePages()
    {
        var size = _pageStop - _pageStart;
        var used = _current - _boundary;
        return size - (used < 0 ? used + size : used);
    }

    private bool IsForUs(ReadOnlySpan<byte> frame)
    {
        const byte AcceptBroadcast = 1 << 2;
        const byte Promiscuous = 1 << 4;
        const byte MonitorOnly = 1 << 5;
        var isBroadcast = !frame[..AddressBytes].ContainsAnyExcept((byte)0xff);
        return (_receiveConfiguration & MonitorOnly) == 0
            && ((_receiveConfiguration & Promiscuous) != 0 || (isBroadcast ? (_receiveConfiguration & AcceptBroadcast) != 0 : frame[..AddressBytes].SequenceEqual(_station)));
    }

    private uint ReadRegister(int offset)
    {
        if (offset == 0)
        {
            return (byte)_command;
        }

        return RegisterPage switch
        {
            0 => ReadPage0((Dp8390Register)offset),
            1 when offset <= AddressBytes => _station[offset - 1],
            1 when offset == AddressBytes + 1 => _current,
            2 => ReadPage2(offset),
            _ => 0,
        };
    }

    private uint ReadPage0(Dp8390Register register) => register switch
    {
        Dp8390Register.Boundary => _boundary,
        Dp8390Register.TransmitStatus => _transmitStatus,
        Dp8390Register.InterruptStatus => (byte)_status,
        Dp8390Register.RemoteAddressLow => (byte)_remoteAddress,
        Dp8390Register.RemoteAddressHigh => (uint)_remoteAddress >> 8,
        Dp8390Register.ReceiveConfiguration => ReceivedIntact,
        _ => 0,
    };

    private uint ReadPage2(int offset) => offset switch
    {
        1 => _pageStart,
        2 => _pageStop,
        4 => _transmitPage,
        12 => _receiveConfiguration,
        13 => _transmitConfiguration,
        14 => _dataConfiguration,
        15 => _mask,
        _ => 0,
    };

    private void WriteRegister(int offset, byte value)
    {
        if (offset == 0)
        {
            WriteCommand((Dp8390Command)value);
        }
        else if (RegisterPage == 0)
        {
            WritePage0((Dp8390Register)offset, value);
        }
        else if (RegisterPage == 1 && offset <= AddressBytes)
        {
            _station[offset - 1] = value;
        }
        else if (RegisterPage == 1 && offset == AddressBytes + 1)
        {
            _current = value;
        }
    }

    private void WritePage0(Dp8390Register register, byte value)
    {
        switch (register)
        {
            case Dp8390Register.PageStart:
                _pageStart = value;
                break;
            case Dp8390Register.PageStop:
                _pageStop = value;
                break;
            case Dp8390Register.Boundary:
                _boundary = value;
                break;
            case Dp8390Register.TransmitStatus:
                _transmitPage = value;
                break;
            case Dp8390Register.TransmitCountLow:
                _transmitCount = (ushort)((_transmitCount & 0xff00) | value);
                break;
            case Dp8390Register.TransmitCountHigh:
                _transmitCount = (ushort)((_transmitCount & 0xff) | (value << 8));
                break;
            case Dp8390Register.InterruptStatus:
                _status &= ~((Dp8390Status)value & ~Dp8390Status.Reset);
                UpdateLine();
                break;
            default:
                WriteRemoteOrConfiguration(register, value);
                break;
        }
    }

    private void WriteRemoteOrConfiguration(Dp8390Register register, byte value)
    {
        switch (register)
        {
            case Dp8390Register.RemoteAddressLow:
                _remoteAddress = (ushort)((_remoteAddress & 0xff00) | value);
                break;
            case Dp8390Register.RemoteAddressHigh:
                _remoteAddress = (ushort)((_remoteAddress & 0xff) | (value << 8));
                break;
            case Dp8390Register.RemoteCountLow:
                _remoteCount = (ushort)((_remoteCount & 0xff00) | value);
                break;
            case Dp8390Register.RemoteCountHigh:
                _remoteCount = (ushort)((_remoteCount & 0xff) | (value << 8));
                break;
            case Dp8390Register.ReceiveConfiguration:
                _receiveConfiguration = value;
                break;
            case Dp8390Register.TransmitConfiguration:
                _transmitConfiguration = value;
                break;
            case Dp8390Register.DataConfiguration:
                _dataConfiguration = value;
                break;
            case Dp8390Register.InterruptMask:
                _mask = value;
                UpdateLine();
                break;
            default:
                break;
        }
    }

    private void WriteCommand(Dp8390Command command)
    {
        _command = command & ~Dp8390Command.Transmit;
        if ((command & Dp8390Command.Stop) != 0)
        {
            _status |= Dp8390Status.Reset;
            return;
        }

        _status &= ~Dp8390Status.Reset;
        if ((command & (Dp8390Command.RemoteRead | Dp8390Command.RemoteWrite)) != 0 && _remoteCount == 0)
        {
            Raise(Dp8390Status.RemoteDone);
        }

        if ((command & Dp8390Command.Transmit) != 0)
        {
            Transmit();
        }
    }

    private void Transmit()
    {
        const byte LoopBack = 6;
        var start = _transmitPage * PageBytes;
        if (start >= MemoryStart && start + _transmitCount <= MemoryEnd && _transmitCount is >= AddressBytes and <= MaximumFrame && (_transmitConfiguration & LoopBack) == 0)
        {
            Sent++;
            _wire.Send(_memory.AsSpan(start, _transmitCount));
        }

        _transmitStatus = TransmittedIntact;
        Raise(Dp8390Status.Transmitted);
    }

    private uint Reset()
    {
        _command = Dp8390Command.Stop;
        _status = Dp8390Status.Reset;
        _mask = 0;
        UpdateLine();
        return 0;
    }

    private uint ReadData(int width)
    {
        var value = 0u;
        for (var i = 0; i < width && _remoteCount > 0; i++)
        {
            value |= (uint)(IsReachable(_remoteAddress) ? _memory[_remoteAddress] : 0xff) << (8 * i);
            Advance();
        }

        BytesMoved += width;
        return value;
    }

    private void WriteData(int width, uint value)
    {
        for (var i = 0; i < width && _remoteCount > 0; i++)
        {
            if (_remoteAddress is >= MemoryStart and < MemoryEnd)
            {
                _memory[_remoteAddress] = (byte)(value >> (8 * i));
            }

            Advance();
        }

        BytesMoved += width;
    }

    private static bool IsReachable(int address) => address is < StationBytes or (>= MemoryStart and < MemoryEnd);

    private void Advance()
    {
        _remoteAddress++;
        if (_remoteAddress == _pageStop * PageBytes)
        {
            _remoteAddress = (ushort)(_pageStart * PageBytes);
        }

        if (--_remoteCount == 0)
        {
            Raise(Dp8390Status.RemoteDone);
        }
    }

    private void Raise(Dp8390Status status)
    {
        _status |= status;
        UpdateLine();
    }

    private void UpdateLine() => _line.Set(((byte)_status & _mask & 0x7f) != 0);

    /// <summary>Its Ethernet address as set at the factory.</summary>
    public ulong Hardware => _hardware;
}

/// <summary>The command register. DP8390D, "Command Register (CR)".</summary>
[Flags]
internal enum Dp8390Command : byte
{
    Stop = 1 << 0,
    Start = 1 << 1,
    Transmit = 1 << 2,
    RemoteRead = 1 << 3,
    RemoteWrite = 1 << 4,
}

/// <summary>The interrupt status register. DP8390D, "Interrupt Status Register (ISR)".</summary>
[Flags]
internal enum Dp8390Status : byte
{
    Received = 1 << 0,
    Transmitted = 1 << 1,
    Overwrite = 1 << 4,
    RemoteDone = 1 << 6,
    Reset = 1 << 7,
}

/// <summary>Registers of page 0. DP8390D, "Register Address Assignments".</summary>
internal enum Dp8390Register
{
    PageStart = 1,
    PageStop = 2,
    Boundary = 3,
    TransmitStatus = 4,
    TransmitCountLow = 5,
    TransmitCountHigh = 6,
    InterruptStatus = 7,
    RemoteAddressLow = 8,
    RemoteAddressHigh = 9,
    RemoteCountLow = 10,
    RemoteCountHigh = 11,
    ReceiveConfiguration = 12,
    TransmitConfiguration = 13,
    DataConfiguration = 14,
    InterruptMask = 15,
}
