namespace ParaKit.Hardware.Cpu;

/// <summary>Why a handler returned null.</summary>
internal enum StopKind : byte
{
    /// <summary>Nothing happened: look at budget and interrupts and go on at RIP.</summary>
    Redispatch,

    /// <summary>An exception is to be delivered or to exit.</summary>
    Exception,

    /// <summary>The run ends with <see cref="PendingStop.Reason"/>.</summary>
    Exit,
}

/// <summary>What a handler left in the state for the run loop.</summary>
internal struct PendingStop
{
    public ulong Address;
    public ulong LinearAddress;
    public ulong Qualification;
    public uint ErrorCode;
    public ExitReason Reason;
    public StopKind Kind;
    public byte Vector;
    public bool HasErrorCode;
    public byte InstructionLength;
}
