using ParaKit.Hardware.Bus;
using ParaKit.Hardware.Time;

namespace ParaKit.Hardware.Devices;

/// <summary>
/// The local APIC of a processor: takes interrupts from others, from its timer and, at the bootstrap processor, from the 8259s behind LINT0, and hands them on by priority.
/// Intel SDM vol. 3A, "Advanced Programmable Interrupt Controller (APIC)".
/// </summary>
internal sealed partial class LocalApic : ILocalApic, IMemoryDevice
{
    /// <summary>Vectors below are for exceptions: an interrupt of one is an error.</summary>
    public const int FirstVector = 16;

    private const int PriorityMask = 0xf0;
    private const uint SoftwareEnable = 1 << 8;
    private const uint Masked = 1 << 16;

    private readonly ApicBus _bus;
    private readonly ApicTimer _timer;
    private readonly IInterruptSource? _external;
    private readonly uint[] _vectorTable = new uint[EntryCount];
    private VectorSet _requests;
    private VectorSet _inService;
    private uint _spurious;
    private int _next;

    /// <summary>Makes one as firmware leaves it: enabled, at the bootstrap processor with LINT0 as a virtual wire from the 8259s.</summary>
    /// <param name="id">Its identifier.</param>
    /// <param name="clock">The processor's clock.</param>
    /// <param name="bus">The other APICs.</param>
    /// <param name="external">What is wired to LINT0; null for nothing, at processors other than the first.</param>
    public LocalApic(uint id, VirtualClock clock, ApicBus bus, IInterruptSource? external)
    {
        (Id, _bus, _external, _timer) = (id, bus, external, new ApicTimer(clock));
        bus.Add(this);
        Reset();
        if (IsBootstrap)
        {
            _spurious |= SoftwareEnable;
            _vectorTable[Lint0] = (uint)DeliveryMode.External << 8;
            _vectorTable[Lint1] = (uint)DeliveryMode.NonMaskable << 8;
        }
    }

    /// <inheritdoc/>
    public uint Id { get; }

    /// <inheritdoc/>
    public bool IsBootstrap => _external is not null;

    /// <inheritdoc/>
    public bool IsEnabled
    {
        get;
        set
        {
            field = value;
            if (!value)
            {
                Reset();
            }
        }
    } = true;

    /// <inheritdoc/>
    public byte TaskPriority
    {
        get;
        set
        {
            field = value;
            FindNext();
        }
    }

    /// <summary>Whether software has enabled it: bit 8 of the spurious-interrupt vector register.</summary>
    public bool IsSoftwareEnabled => IsEnabled && (_spurious & SoftwareEnable) != 0;

    /// <summary>The processor-priority register: interrupts of this class and below wait.</summary>
    public byte ProcessorPriority
    {
        get
        {
            int serviced = Math.Max(_inService.Highest, 0);
            return (byte)((TaskPriority & PriorityMask) >= (serviced & PriorityMask) ? TaskPriority : serviced & PriorityMask);
        }
    }

    /// <summary>An INIT message has come that the processor has not seen yet.</summary>
    public bool HasInit { get; set; }

    /// <summary>The page of a startup message that the processor has not seen yet.</summary>
    public byte? StartupPage { get; set; }

    /// <inheritdoc/>
    public bool IsRequested => _next >= 0 || (TakesExternal && _external!.IsRequested);

    /// <summary>Whether the 8259s reach the processor: through LINT0, or directly while the APIC is off.</summary>
    public bool TakesExternal => _external is not null
        && (!IsEnabled || (_vectorTable[Lint0] & (Masked | ModeBits)) == (uint)DeliveryMode.External << 8);

    /// <summary>The cycle at which its timer next has something to do; null if never.</summary>
    public ulong? NextDeadline => (_vectorTable[TimerEntry] & Masked) == 0 ? _timer.NextExpiry : null;

    /// <summary>Sets all registers to what they are after a reset or INIT. The identifier stays.</summary>
    public void Reset()
    {
        Array.Fill(_vectorTable, Masked);
        (_requests, _inService, _spurious, TaskPriority) = (default, default, 0xff, 0);
        (_logicalDestination, _destinationFormat, _errors, _shownErrors) = (0, uint.MaxValue, ApicErrors.None, ApicErrors.None);
        (_commandLow, _commandHigh) = (0, 0);
        (_timer.Initial, _timer.Divide, _timer.IsPeriodic) = (0, 0, false);
        FindNext();
    }

    /// <summary>Lets the timer interrupt if its time has come.</summary>
    public void Update()
    {
        if (_timer.TakeExpired())
        {
            RaiseLocal(TimerEntry);
        }
    }

    /// <inheritdoc/>
    public byte Acknowledge()
    {
        if (_next < 0)
        {
            return _external!.Acknowledge();
        }

        int vector = _next;
        _requests.Remove(vector);
        _inService.Add(vector);
        FindNext();
        return (byte)vector;
    }

    /// <summary>Takes a fixed interrupt.</summary>
    public void Accept(int vector)
    {
        if (!IsSoftwareEnabled)
        {
            return;
        }

        if (vector < FirstVector)
        {
            Report(ApicErrors.ReceiveIllegalVector);
            return;
        }

        _requests.Add(vector);
        FindNext();
    }

    /// <summary>Notes an error, and interrupts for it if it is to. An illegal vector for errors is not one error more without end.</summary>
    public void Report(ApicErrors error)
    {
        _errors |= error;
        uint entry = _vectorTable[ErrorEntry];
        if ((entry & Masked) == 0 && (byte)entry >= FirstVector)
        {
            Accept((byte)entry);
        }
    }

    /// <summary>Whether a logical destination is, or has, this one. Intel SDM vol. 3A, "Logical Destination Mode".</summary>
    public bool IsInLogical(uint destination)
    {
        const uint Flat = 0xf;
        uint own = _logicalDestination >> 24;
        return destination == InterruptCommand.Broadcast
            || (_destinationFormat >> 28 == Flat ? (own & destination) != 0 : own >> 4 == destination >> 4 && (own & destination & 0xf) != 0);
    }

    private void RaiseLocal(int entry)
    {
        if ((_vectorTable[entry] & (Masked | ModeBits)) == 0)
        {
            Accept((byte)_vectorTable[entry]);
        }
    }

    private void EndOfInterrupt()
    {
        if (_inService.Highest is >= 0 and var vector)
        {
            _inService.Remove(vector);
            FindNext();
        }
    }

    /// <summary>The interrupt that the processor would take now: of the highest class above its priority.</summary>
    private void FindNext()
    {
        int highest = _requests.Highest;
        _next = highest >= 0 && (highest & PriorityMask) > (ProcessorPriority & PriorityMask) ? highest : -1;
    }
}
