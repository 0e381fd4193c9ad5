namespace ParaKit.Hardware.Cpu;

/// <summary>Why a run ended, as a value.</summary>
/// <param name="Reason">What happened; decides which other members mean something.</param>
public readonly record struct ProcessorExit(ExitReason Reason)
{
    /// <summary>Vector of the exception or software interrupt.</summary>
    public byte Vector { get; init; }

    /// <summary>Error code of the exception, zero if it has none.</summary>
    public uint ErrorCode { get; init; }

    /// <summary>Whether the exception pushes an error code.</summary>
    public bool HasErrorCode { get; init; }

    /// <summary>Linear address of a page fault (CR2 is not written on an exit), or the port of a port access.</summary>
    public ulong Address { get; init; }

    /// <summary>Bytes of the instruction that exited; zero if it could not be fetched.</summary>
    public byte InstructionLength { get; init; }

    /// <summary>More about an exit from non-root mode: <see cref="Virtualization.ExitQualification"/>.</summary>
    public ulong Qualification { get; init; }

    /// <summary>For <see cref="ExitReason.NestedPageFault"/>: the linear address whose translation met it.</summary>
    public ulong LinearAddress { get; init; }

    /// <summary>Value written to the exit port.</summary>
    public uint ExitCode { get; init; }

    /// <summary>For <see cref="ExitReason.Unimplemented"/>: RIP, bytes and mnemonic; for <see cref="ExitReason.Shutdown"/>: the faults.</summary>
    public string? Message { get; init; }
}
