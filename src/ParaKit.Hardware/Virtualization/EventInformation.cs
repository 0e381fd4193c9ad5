namespace ParaKit.Hardware.Virtualization;

/// <summary>
/// An event as control structures hold it: vector in bits 0-7, type in bits 8-10, bit 11 if there is an error code, bit 31 if there is an event.
/// Intel SDM vol. 3C, "VM-Entry Controls for Event Injection".
/// </summary>
/// <param name="Value">The field's value.</param>
public readonly record struct EventInformation(ulong Value)
{
    private const int TypeShift = 8;
    private const ulong TypeMask = 7;
    private const ulong ErrorCodeBit = 1 << 11;
    private const ulong ValidBit = 1u << 31;

    /// <summary>Makes the value of an event.</summary>
    public EventInformation(EventType type, byte vector, bool hasErrorCode)
        : this(ValidBit | ((ulong)type << TypeShift) | vector | (hasErrorCode ? ErrorCodeBit : 0))
    {
    }

    /// <summary>There is an event.</summary>
    public bool IsValid => (Value & ValidBit) != 0;

    /// <summary>Its vector.</summary>
    public byte Vector => (byte)Value;

    /// <summary>Its kind.</summary>
    public EventType Type => (EventType)((Value >> TypeShift) & TypeMask);

    /// <summary>It pushes an error code.</summary>
    public bool HasErrorCode => (Value & ErrorCodeBit) != 0;
}
