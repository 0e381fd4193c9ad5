namespace ParaKit.Hardware.Cpu;

/// <summary>Exception vectors. Intel SDM vol. 3A, "Protected-Mode Exceptions and Interrupts".</summary>
public static class ExceptionVector
{
    /// <summary>#DE: divide error.</summary>
    public const byte DivideError = 0;

    /// <summary>#DB: debug (single step).</summary>
    public const byte Debug = 1;

    /// <summary>Non-maskable interrupt.</summary>
    public const byte NonMaskable = 2;

    /// <summary>#BP: INT3.</summary>
    public const byte Breakpoint = 3;

    /// <summary>#OF: INTO.</summary>
    public const byte Overflow = 4;

    /// <summary>#UD: invalid opcode.</summary>
    public const byte InvalidOpcode = 6;

    /// <summary>#NM: SSE or x87 while CR0.TS or CR0.EM forbids it.</summary>
    public const byte DeviceNotAvailable = 7;

    /// <summary>#DF: a fault while delivering a fault.</summary>
    public const byte DoubleFault = 8;

    /// <summary>#TS: a bad task-state segment.</summary>
    public const byte InvalidTss = 10;

    /// <summary>#NP: segment not present.</summary>
    public const byte SegmentNotPresent = 11;

    /// <summary>#SS: stack-segment fault.</summary>
    public const byte StackFault = 12;

    /// <summary>#GP: general protection.</summary>
    public const byte GeneralProtection = 13;

    /// <summary>#PF: page fault.</summary>
    public const byte PageFault = 14;

    /// <summary>#MF: x87 error.</summary>
    public const byte X87Error = 16;

    /// <summary>#AC: alignment check.</summary>
    public const byte AlignmentCheck = 17;

    /// <summary>#XM: SIMD floating-point exception.</summary>
    public const byte SimdError = 19;

    /// <summary>Vectors that push an error code, as a bit mask.</summary>
    public const uint WithErrorCode = (1u << DoubleFault) | (1u << InvalidTss) | (1u << SegmentNotPresent)
        | (1u << StackFault) | (1u << GeneralProtection) | (1u << PageFault) | (1u << AlignmentCheck);
}
