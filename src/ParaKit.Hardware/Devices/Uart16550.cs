using ParaKit.Hardware.Bus;

namespace ParaKit.Hardware.Devices;

/// <summary>
/// A serial port with a 16-byte receive FIFO and an instant transmitter. National Semiconductor PC16550D data sheet,
/// "Registers".
/// </summary>
/// <param name="interrupt">Raised while an enabled interrupt condition holds.</param>
public sealed class Uart16550(InterruptLine interrupt) : IPortDevice
{
    /// <summary>Ports it occupies.</summary>
    public const int PortCount = 8;

    private const int ReceiveTransmit = 0;
    private const int InterruptEnable = 1;
    private const int InterruptIdentification = 2;
    private const int LineControl = 3;
    private const int ModemControl = 4;
    private const int LineStatus = 5;
    private const int ModemStatus = 6;
    private const int Scratch = 7;

    private const byte EnableReceivedData = 1 << 0;
    private const byte EnableTransmitterEmpty = 1 << 1;
    private const byte EnableMask = 0x0f;
    private const byte NoInterruptPending = 1;
    private const byte IdentifyTransmitterEmpty = 2;
    private const byte IdentifyReceivedData = 4;
    private const byte IdentifyFifosEnabled = 0xc0;
    private const byte FifoEnable = 1 << 0;
    private const byte FifoClearReceive = 1 << 1;
    private const byte DivisorLatchAccess = 1 << 7;
    private const byte ModemLoopback = 1 << 4;
    private const byte StatusDataReady = 1 << 0;
    private const byte StatusTransmitterEmpty = 0x60;
    private const byte ModemReady = 0xb0;

    private readonly Queue<byte> _received = new();
    private byte _interruptEnable;
    private byte _lineControl;
    private byte _modemControl;
    private byte _scratch;
    private ushort _divisor = 1;
    private bool _fifoEnabled;
    private bool _transmitterEmptyPending;

    private InterruptLine Line => interrupt;

    /// <summary>Takes each byte that the guest transmits; null discards them.</summary>
    public Action<byte>? Output { get; set; }

    /// <summary>Takes over the state of another port; where its bytes go stays.</summary>
    internal void CopyStateFrom(Uart16550 other)
    {
        (_interruptEnable, _lineControl, _modemControl, _scratch) = (other._interruptEnable, other._lineControl, other._modemControl, other._scratch);
        (_divisor, _fifoEnabled, _transmitterEmptyPending) = (other._divisor, other._fifoEnabled, other._transmitterEmptyPending);
        _received.Clear();
        Receive([.. other._received]);
        interrupt.CopyStateFrom(other.Line);
    }

    /// <summary>Queues bytes for the guest to receive.</summary>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            _received.Enqueue(value);
        }

        UpdateInterrupt();
    }

    /// <inheritdoc/>
    public uint Read(int offset, int width) => offset switch
    {
        ReceiveTransmit => DivisorSelected ? (byte)_divisor : TakeReceived(),
        InterruptEnable => DivisorSelected ? (uint)_divisor >> 8 : _interruptEnable,
        InterruptIdentification => Identify(),
        LineControl => _lineControl,
        ModemControl => _modemControl,
        LineStatus => (uint)(StatusTransmitterEmpty | (_received.Count > 0 ? StatusDataReady : 0)),
        ModemStatus => ModemReady,
        Scratch => _scratch,
        _ => 0xff,
    };

    /// <inheritdoc/>
    public void Write(int offset, int width, uint value)
    {
        byte data = (byte)value;
        switch (offset)
        {
            case ReceiveTransmit when DivisorSelected:
                _divisor = (ushort)((_divisor & 0xff00) | data);
                break;
            case ReceiveTransmit:
                Transmit(data);
                break;
            case InterruptEnable when DivisorSelected:
                _divisor = (ushort)((_divisor & 0xff) | (data << 8));
                break;
            case InterruptEnable:
                _transmitterEmptyPending |= (data & ~_interruptEnable & EnableTransmitterEmpty) != 0;
                _interruptEnable = (byte)(data & EnableMask);
                break;
            case InterruptIdentification:
                ControlFifo(data);
                break;
            case LineControl:
                _lineControl = data;
                break;
            case ModemControl:
                _modemControl = data;
                break;
            case Scratch:
                _scratch = data;
                break;
            default:
                break;
        }

        UpdateInterrupt();
    }

    private bool DivisorSelected => (_lineControl & DivisorLatchAccess) != 0;

    private bool DataInterrupt => (_interruptEnable & EnableReceivedData) != 0 && _received.Count > 0;

    private bool TransmitInterrupt =>
        (_interruptEnable & EnableTransmitterEmpty) != 0 && _transmitterEmptyPending;

    private void Transmit(byte data)
    {
        if ((_modemControl & ModemLoopback) != 0)
        {
            _received.Enqueue(data);
        }
        else
        {
            Output?.Invoke(data);
        }

        _transmitterEmptyPending = true;
    }

    private uint TakeReceived()
    {
        byte data = _received.TryDequeue(out byte first) ? first : (byte)0;
        UpdateInterrupt();
        return data;
    }

    /// <summary>Received data has priority; reading "transmitter empty" acknowledges it.</summary>
    private uint Identify()
    {
        uint fifos = _fifoEnabled ? IdentifyFifosEnabled : 0u;
        if (DataInterrupt)
        {
            return fifos | IdentifyReceivedData;
        }

        if (TransmitInterrupt)
        {
            _transmitterEmptyPending = false;
            UpdateInterrupt();
            return fifos | IdentifyTransmitterEmpty;
        }

        return fifos | NoInterruptPending;
    }

    private void ControlFifo(byte data)
    {
        _fifoEnabled = (data & FifoEnable) != 0;
        if ((data & FifoClearReceive) != 0)
        {
            _received.Clear();
        }
    }

    private void UpdateInterrupt() => interrupt.Set(DataInterrupt || TransmitInterrupt);
}
