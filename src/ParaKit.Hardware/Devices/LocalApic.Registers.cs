namespace ParaKit.Hardware.Devices;

/// <content>The registers, 32 bits at each multiple of 16 in its page. Intel SDM vol. 3A, "Local APIC Register Address Map".</content>
internal sealed partial class LocalApic
{
    /// <summary>Physical address of the page.</summary>
    public const ulong Address = 0xfee0_0000;

    /// <summary>Size of the page in bytes.</summary>
    public const ulong Bytes = 0x1000;

    private const int EntryCount = 6;
    private const int TimerEntry = 0;
    private const int Lint0 = 3;
    private const int Lint1 = 4;
    private const int ErrorEntry = 5;

    private const uint ModeBits = 7 << 8;
    private const uint PeriodicBit = 1 << 17;

    /// <summary>An integrated APIC with six entries in its local vector table.</summary>
    private const uint Version = 0x14 | ((EntryCount - 1) << 16);

    private const int RegisterBytes = 16;
    private const int IdRegister = 0x02;
    private const int VersionRegister = 0x03;
    private const int TaskPriorityRegister = 0x08;
    private const int ArbitrationRegister = 0x09;
    private const int ProcessorPriorityRegister = 0x0a;
    private const int EndRegister = 0x0b;
    private const int LogicalRegister = 0x0d;
    private const int FormatRegister = 0x0e;
    private const int SpuriousRegister = 0x0f;
    private const int InServiceRegisters = 0x10;
    private const int TriggerRegisters = 0x18;
    private const int RequestRegisters = 0x20;
    private const int ErrorRegister = 0x28;
    private const int CommandLowRegister = 0x30;
    private const int CommandHighRegister = 0x31;
    private const int VectorTableRegisters = 0x32;
    private const int InitialCountRegister = 0x38;
    private const int CurrentCountRegister = 0x39;
    private const int DivideRegister = 0x3e;
    private const int WordsOfVectors = 8;

    private uint _logicalDestination;
    private uint _destinationFormat;
    private ApicErrors _errors;
    private ApicErrors _shownErrors;
    private uint _commandLow;
    private uint _commandHigh;

    /// <summary>What can be written of the entries: vector, mode, pin polarity and trigger, mask, periodic.</summary>
    private static ReadOnlySpan<uint> WritableOfEntries => [0x3_00ff, 0x1_07ff, 0x1_07ff, 0x1_a7ff, 0x1_a7ff, 0x1_00ff];

    /// <inheritdoc/>
    /// <remarks>Only whole registers can be accessed; what others find is undefined (Intel SDM), here zero.</remarks>
    public ulong Read(ulong offset, int width)
    {
        if (!IsEnabled)
        {
            return ulong.MaxValue;
        }

        return offset % RegisterBytes != 0 || width != sizeof(uint) ? 0 : ReadRegister((int)(offset / RegisterBytes));
    }

    /// <inheritdoc/>
    public void Write(ulong offset, int width, ulong value)
    {
        if (IsEnabled && offset % RegisterBytes == 0 && width == sizeof(uint))
        {
            WriteRegister((int)(offset / RegisterBytes), (uint)value);
        }
    }

    private uint ReadRegister(int register) => register switch
    {
        IdRegister => Id << 24,
        VersionRegister => Version,
        TaskPriorityRegister => TaskPriority,
        ArbitrationRegister or ProcessorPriorityRegister => ProcessorPriority,
        EndRegister => 0,
        LogicalRegister => _logicalDestination,
        FormatRegister => _destinationFormat,
        SpuriousRegister => _spurious,
        >= InServiceRegisters and < InServiceRegisters + WordsOfVectors => _inService[register - InServiceRegisters],
        >= TriggerRegisters and < TriggerRegisters + WordsOfVectors => 0, // All are edges.
        >= RequestRegisters and < RequestRegisters + WordsOfVectors => _requests[register - RequestRegisters],
        ErrorRegister => (uint)_shownErrors,
        CommandLowRegister => _commandLow,
        CommandHighRegister => _commandHigh,
        >= VectorTableRegisters and < VectorTableRegisters + EntryCount => _vectorTable[register - VectorTableRegisters],
        InitialCountRegister => _timer.Initial,
        CurrentCountRegister => _timer.Current,
        DivideRegister => _timer.Divide,
        _ => Illegal(),
    };

    private void WriteRegister(int register, uint value)
    {
        switch (register)
        {
            case TaskPriorityRegister:
                TaskPriority = (byte)value;
                break;
            case EndRegister:
                EndOfInterrupt();
                break;
            case LogicalRegister:
                _logicalDestination = value & 0xff00_0000;
                break;
            case FormatRegister:
                _destinationFormat = value | 0x0fff_ffff;
                break;
            case SpuriousRegister:
                WriteSpurious(value & 0x1ff);
                break;
            case ErrorRegister:
                (_shownErrors, _errors) = (_errors, ApicErrors.None);
                break;
            case CommandLowRegister:
                _commandLow = value & InterruptCommand.Writable;
                _bus.Send(this, new InterruptCommand(_commandLow, _commandHigh));
                break;
            case CommandHighRegister:
                _commandHigh = value & 0xff00_0000;
                break;
            case >= VectorTableRegisters and < VectorTableRegisters + EntryCount:
                WriteEntry(register - VectorTableRegisters, value);
                break;
            case InitialCountRegister:
                _timer.Initial = value;
                break;
            case DivideRegister:
                _timer.Divide = value & 0xb;
                break;
            default:
                WriteOther(register);
                break;
        }
    }

    /// <summary>Registers that can only be read ignore it; the identifier is one of them here.</summary>
    private void WriteOther(int register)
    {
        bool isReadOnly = register is IdRegister or VersionRegister or ArbitrationRegister or ProcessorPriorityRegister or CurrentCountRegister
            or (>= InServiceRegisters and < ErrorRegister);
        if (!isReadOnly)
        {
            Illegal();
        }
    }

    /// <summary>Switched off by software, it masks all of its local vector table.</summary>
    private void WriteSpurious(uint value)
    {
        _spurious = value;
        if (!IsSoftwareEnabled)
        {
            for (int i = 0; i < EntryCount; i++)
            {
                _vectorTable[i] |= Masked;
            }
        }
    }

    private void WriteEntry(int entry, uint value)
    {
        _vectorTable[entry] = (value & WritableOfEntries[entry]) | (IsSoftwareEnabled ? 0 : Masked);
        _timer.IsPeriodic = (_vectorTable[TimerEntry] & PeriodicBit) != 0;
    }

    private uint Illegal()
    {
        Report(ApicErrors.IllegalRegister);
        return 0;
    }
}
