using System.Runtime.InteropServices;

namespace ParaKit.Hardware.Cpu;

/// <summary>Extra facts about a decoded instruction.</summary>
[Flags]
internal enum DecodedFlags : byte
{
    None = 0,

    /// <summary>Not an instruction of the guest: costs nothing and retires nothing.</summary>
    Pseudo = 1 << 0,

    /// <summary>The memory operand is addressed through SS: non-canonical is #SS.</summary>
    StackSegment = 1 << 1,

    /// <summary>REP or REPE prefix.</summary>
    Repeat = 1 << 2,

    /// <summary>REPNE prefix.</summary>
    RepeatNotEqual = 1 << 3,

    /// <summary>67H: addresses and counts are 32 bits wide.</summary>
    Address32 = 1 << 4,

    /// <summary>The memory operand is addressed through GS, which <see cref="Efer.SegmentLimitEnable"/> does not limit.</summary>
    GsSegment = 1 << 5,
}

/// <summary>
/// One guest instruction, decoded once: the handler and its operands as offsets from the state pointer. 64 bytes, a cache line.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal unsafe struct DecodedInstruction
{
    public const int Bytes = 64;

    /// <summary>The meaning. Returns the next instruction, or null after filling <see cref="CpuState.Stop"/>.</summary>
    public delegate*<CpuState*, DecodedInstruction*, DecodedInstruction*> Execute;

    /// <summary>Immediate operand, sign-extended as the instruction says; for branches the target's distance from <see cref="CpuState.CodePage"/>.</summary>
    public ulong Immediate;

    /// <summary>Where a taken branch inside the page leads; null until it was taken.</summary>
    public DecodedInstruction* Taken;

    /// <summary>Where the page goes on after a branch that is not taken; null until that happened.</summary>
    public DecodedInstruction* NotTaken;

    /// <summary>Displacement of the memory operand; for RIP-relative ones from <see cref="CpuState.CodePage"/>.</summary>
    public long Displacement;

    /// <summary>Offset of operand 0, if a register.</summary>
    public ushort First;

    /// <summary>Offset of operand 1, if a register.</summary>
    public ushort Second;

    /// <summary>Offset of operand 2, if a register.</summary>
    public ushort Third;

    /// <summary>Offset of the memory operand's base.</summary>
    public ushort Base;

    /// <summary>Offset of the memory operand's index.</summary>
    public ushort Index;

    /// <summary>Where the instruction starts in its page.</summary>
    public ushort Offset;

    /// <summary>Instructions from here to the end of the block, this one included.</summary>
    public ushort Count;

    /// <summary>Iced's code.</summary>
    public ushort Code;

    /// <summary>log2 of the index scale.</summary>
    public byte Scale;

    /// <summary>Bytes of the instruction.</summary>
    public byte Length;

    public DecodedFlags Flags;

    /// <summary>Second immediate (ENTER) or segment number, if the instruction has one.</summary>
    public byte Extra;
}
