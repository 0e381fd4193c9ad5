using System.Numerics;
using ParaKit.Hardware.Bus;

namespace ParaKit.Hardware.Devices;

/// <summary>
/// One 8259A programmable interrupt controller. Intel 8259A data sheet, "Initialization Command Words", "Operation
/// Command Words". Priority rotation, special mask mode, polling and level triggering are not there.
/// </summary>
public sealed class InterruptController8259 : IPortDevice, IInterruptInputs
{
    /// <summary>Ports it occupies: command and data.</summary>
    public const int PortCount = 2;

    private const int Command = 0;
    private const int InputCount = 8;
    private const int SpuriousInput = 7;

    private const byte Icw1Select = 1 << 4;
    private const byte Icw1NeedsIcw4 = 1 << 0;
    private const byte Icw1Single = 1 << 1;
    private const byte Icw4AutoEoi = 1 << 1;
    private const byte Ocw3Select = 1 << 3;
    private const byte Ocw3ReadRegister = 1 << 1;
    private const byte Ocw3ReadInService = 1 << 0;
    private const byte Ocw2Eoi = 1 << 5;
    private const byte Ocw2Specific = 1 << 6;
    private const byte VectorBaseMask = 0xf8;

    private enum Expecting
    {
        Mask,
        Icw2,
        Icw3,
        Icw4,
    }

    private byte _levels;
    private byte _requests;
    private byte _inService;
    private byte _mask = 0xff;
    private byte _vectorBase;
    private bool _single;
    private bool _needsIcw4;
    private bool _autoEoi;
    private bool _readInService;
    private Expecting _expecting;

    /// <summary>The controller whose output drives an input of this one, with the input's number; null for none.</summary>
    internal (InterruptController8259 Controller, int Input)? Cascade { get; set; }

    /// <summary>The controller that this one's output drives, if it is the second of the pair.</summary>
    internal InterruptLine? Output { get; set; }

    /// <summary>IRR: requests that were not acknowledged.</summary>
    public byte InterruptRequests => _requests;

    /// <summary>ISR: acknowledged, not yet ended.</summary>
    public byte InService => _inService;

    /// <summary>IMR: one bit per input, set = masked.</summary>
    public byte Mask => _mask;

    /// <summary>INT pin: an unmasked request has priority over everything in service.</summary>
    public bool IsRequested => Highest() is not null;

    /// <summary>Takes over the state of another controller; wires stay.</summary>
    internal void CopyStateFrom(InterruptController8259 other)
    {
        (_levels, _requests, _inService, _mask, _vectorBase) = (other._levels, other._requests, other._inService, other._mask, other._vectorBase);
        (_single, _needsIcw4, _autoEoi, _readInService, _expecting) = (other._single, other._needsIcw4, other._autoEoi, other._readInService, other._expecting);
        if (Output is { } output && other.Output is { } source)
        {
            output.CopyStateFrom(source);
        }
    }

    /// <inheritdoc/>
    public void SetInput(int number, bool high)
    {
        byte bit = (byte)(1 << number);
        if (high && (_levels & bit) == 0)
        {
            _levels |= bit;
            _requests |= bit;
        }
        else if (!high)
        {
            // An edge that was not acknowledged is lost when the line falls (the data sheet's spurious case) only if it
            // comes from the cascade; devices here pulse their lines, so a latched edge stays.
            _levels &= (byte)~bit;
            if (Cascade?.Input == number)
            {
                _requests &= (byte)~bit;
            }
        }

        UpdateOutput();
    }

    /// <summary>The acknowledge cycle: returns the vector, which is the spurious one if the request went away.</summary>
    public byte Acknowledge()
    {
        if (Highest() is not { } input)
        {
            return (byte)(_vectorBase + SpuriousInput);
        }

        byte bit = (byte)(1 << input);
        _requests &= (byte)~bit;
        if (!_autoEoi)
        {
            _inService |= bit;
        }

        byte vector = Cascade is { } cascade && cascade.Input == input
            ? cascade.Controller.Acknowledge()
            : (byte)(_vectorBase + input);
        UpdateOutput();
        return vector;
    }

    /// <inheritdoc/>
    public uint Read(int offset, int width)
    {
        if (offset != Command)
        {
            return _mask;
        }

        return _readInService ? _inService : _requests;
    }

    /// <inheritdoc/>
    public void Write(int offset, int width, uint value)
    {
        byte data = (byte)value;
        if (offset != Command)
        {
            WriteData(data);
        }
        else if ((data & Icw1Select) != 0)
        {
            Initialize(data);
        }
        else if ((data & Ocw3Select) != 0)
        {
            _readInService = (data & Ocw3ReadRegister) != 0 ? (data & Ocw3ReadInService) != 0 : _readInService;
        }
        else if ((data & Ocw2Eoi) != 0)
        {
            EndOfInterrupt(data);
        }

        UpdateOutput();
    }

    private void Initialize(byte icw1)
    {
        _requests = 0;
        _inService = 0;
        _mask = 0;
        _autoEoi = false;
        _readInService = false;
        _single = (icw1 & Icw1Single) != 0;
        _needsIcw4 = (icw1 & Icw1NeedsIcw4) != 0;
        _expecting = Expecting.Icw2;
    }

    private void WriteData(byte data)
    {
        switch (_expecting)
        {
            case Expecting.Icw2:
                _vectorBase = (byte)(data & VectorBaseMask);
                _expecting = !_single ? Expecting.Icw3 : _needsIcw4 ? Expecting.Icw4 : Expecting.Mask;
                break;
            case Expecting.Icw3:
                // How the pair is wired is a fact of the board, not of this register.
                _expecting = _needsIcw4 ? Expecting.Icw4 : Expecting.Mask;
                break;
            case Expecting.Icw4:
                _autoEoi = (data & Icw4AutoEoi) != 0;
                _expecting = Expecting.Mask;
                break;
            default:
                _mask = data;
                break;
        }
    }

    private void EndOfInterrupt(byte ocw2)
    {
        int input = (ocw2 & Ocw2Specific) != 0 ? ocw2 & 7 : BitOperations.TrailingZeroCount(_inService | 0x100);
        _inService &= (byte)~(1 << input);
    }

    /// <summary>The input to acknowledge next. The input of a second controller may interrupt itself.</summary>
    private int? Highest()
    {
        int waiting = _requests & ~_mask;
        int input = BitOperations.TrailingZeroCount(waiting | (1 << InputCount));
        int busy = BitOperations.TrailingZeroCount(_inService | (1 << InputCount));
        return input < InputCount && input < busy ? input : null;
    }

    private void UpdateOutput() => Output?.Set(IsRequested);
}
