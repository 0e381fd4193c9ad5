using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>Moves to, from and between XMM registers.</summary>
internal static unsafe class SseMoves
{
    [Instruction(Code.Movaps_xmm_xmmm128, Code.Movapd_xmm_xmmm128, Code.Movdqa_xmm_xmmm128)]
    public static DecodedInstruction* LoadAligned<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        byte* source;
        if (!Sse.IsAvailable(cpu, op) || (source = Sse.Source<TSecond>(cpu, op, op->Second)) == null)
        {
            return null;
        }

        Sse.Register<byte>(cpu, op->First) = *(System.Runtime.Intrinsics.Vector128<byte>*)source;
        return op + 1;
    }

    [Instruction(Code.Movups_xmm_xmmm128, Code.Movupd_xmm_xmmm128, Code.Movdqu_xmm_xmmm128, Code.Lddqu_xmm_m128)]
    public static DecodedInstruction* LoadUnaligned<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        byte* source;
        if (!Sse.IsAvailable(cpu, op)
            || (source = Sse.UnalignedSource<TSecond>(cpu, op, op->Second, sizeof(UInt128))) == null)
        {
            return null;
        }

        Sse.Register<byte>(cpu, op->First) = *(System.Runtime.Intrinsics.Vector128<byte>*)source;
        return op + 1;
    }

    [Instruction(Code.Movaps_xmmm128_xmm, Code.Movapd_xmmm128_xmm, Code.Movdqa_xmmm128_xmm)]
    [Instruction(Code.Movntps_m128_xmm, Code.Movntpd_m128_xmm, Code.Movntdq_m128_xmm)]
    public static DecodedInstruction* StoreAligned<TFirst>(CpuState* cpu, DecodedInstruction* op)
        where TFirst : struct, IOperand
    {
        if (!Sse.IsAvailable(cpu, op))
        {
            return null;
        }

        return typeof(TFirst) == typeof(MemoryOperand) && (MemoryOperand.Address(cpu, op) & 15) != 0
            ? Step.GeneralProtection(cpu, op)
            : Store<TFirst>(cpu, op, sizeof(UInt128));
    }

    [Instruction(Code.Movups_xmmm128_xmm, Code.Movupd_xmmm128_xmm, Code.Movdqu_xmmm128_xmm)]
    public static DecodedInstruction* StoreUnaligned<TFirst>(CpuState* cpu, DecodedInstruction* op)
        where TFirst : struct, IOperand =>
        Sse.IsAvailable(cpu, op) ? Store<TFirst>(cpu, op, sizeof(UInt128)) : null;

    [Instruction(Code.Movss_xmm_xmmm32)]
    public static DecodedInstruction* Movss<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand => LoadScalar<uint, TSecond>(cpu, op);

    [Instruction(Code.Movsd_xmm_xmmm64)]
    public static DecodedInstruction* Movsd<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand => LoadScalar<ulong, TSecond>(cpu, op);

    [Instruction(Code.Movss_xmmm32_xmm)]
    public static DecodedInstruction* StoreMovss<TFirst>(CpuState* cpu, DecodedInstruction* op)
        where TFirst : struct, IOperand => StoreScalar<TFirst>(cpu, op, sizeof(uint));

    [Instruction(Code.Movsd_xmmm64_xmm, Code.Movlps_m64_xmm, Code.Movlpd_m64_xmm)]
    public static DecodedInstruction* StoreMovsd<TFirst>(CpuState* cpu, DecodedInstruction* op)
        where TFirst : struct, IOperand => StoreScalar<TFirst>(cpu, op, sizeof(ulong));

    [Instruction(Code.Movd_xmm_rm32, Code.Movq_xmm_rm64)]
    public static DecodedInstruction* FromGeneral<TOther, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TOther : unmanaged
        where TSecond : struct, IOperand
    {
        if (!Sse.IsAvailable(cpu, op) || !TSecond.TryRead<TOther>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        WriteZeroExtended(cpu, op->First, value);
        return op + 1;
    }

    [Instruction(Code.Movd_rm32_xmm, Code.Movq_rm64_xmm)]
    public static DecodedInstruction* ToGeneral<T, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand =>
        Sse.IsAvailable(cpu, op) && TFirst.TryWrite<T>(cpu, op, op->First, Width.Load<T>((byte*)cpu + op->Second))
            ? op + 1
            : null;

    [Instruction(Code.Movq_xmm_xmmm64)]
    public static DecodedInstruction* Movq<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        if (!Sse.IsAvailable(cpu, op) || !TSecond.TryRead<ulong>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        WriteZeroExtended(cpu, op->First, value);
        return op + 1;
    }

    [Instruction(Code.Movq_xmmm64_xmm)]
    public static DecodedInstruction* StoreMovq<TFirst>(CpuState* cpu, DecodedInstruction* op)
        where TFirst : struct, IOperand
    {
        if (!Sse.IsAvailable(cpu, op))
        {
            return null;
        }

        ulong value = *(ulong*)((byte*)cpu + op->Second);
        if (typeof(TFirst) == typeof(MemoryOperand))
        {
            return TFirst.TryWrite<ulong>(cpu, op, op->First, value) ? op + 1 : null;
        }

        WriteZeroExtended(cpu, op->First, value);
        return op + 1;
    }

    [Instruction(Code.Movlps_xmm_m64, Code.Movlpd_xmm_m64)]
    public static DecodedInstruction* LoadLow(CpuState* cpu, DecodedInstruction* op) => LoadHalf(cpu, op, 0);

    [Instruction(Code.Movhps_xmm_m64, Code.Movhpd_xmm_m64)]
    public static DecodedInstruction* LoadHigh(CpuState* cpu, DecodedInstruction* op) => LoadHalf(cpu, op, 1);

    [Instruction(Code.Movhps_m64_xmm, Code.Movhpd_m64_xmm)]
    public static DecodedInstruction* StoreHigh(CpuState* cpu, DecodedInstruction* op) =>
        Sse.IsAvailable(cpu, op)
        && MemoryOperand.TryWrite<ulong>(cpu, op, op->First, ((ulong*)((byte*)cpu + op->Second))[1])
            ? op + 1
            : null;

    [Instruction(Code.Movhlps_xmm_xmm)]
    public static DecodedInstruction* Movhlps(CpuState* cpu, DecodedInstruction* op) => MoveHalf(cpu, op, to: 0, from: 1);

    [Instruction(Code.Movlhps_xmm_xmm)]
    public static DecodedInstruction* Movlhps(CpuState* cpu, DecodedInstruction* op) => MoveHalf(cpu, op, to: 1, from: 0);

    /// <summary>From a register only the low lane is replaced; from memory the rest becomes zero.</summary>
    private static DecodedInstruction* LoadScalar<T, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TSecond : struct, IOperand
    {
        if (!Sse.IsAvailable(cpu, op) || !TSecond.TryRead<T>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        if (typeof(TSecond) == typeof(MemoryOperand))
        {
            WriteZeroExtended(cpu, op->First, value);
        }
        else
        {
            Width.Store<T>((byte*)cpu + op->First, value);
        }

        return op + 1;
    }

    private static DecodedInstruction* StoreScalar<TFirst>(CpuState* cpu, DecodedInstruction* op, int size)
        where TFirst : struct, IOperand => Sse.IsAvailable(cpu, op) ? Store<TFirst>(cpu, op, size) : null;

    /// <summary>Stores the low <paramref name="size"/> bytes of an XMM register.</summary>
    private static DecodedInstruction* Store<TFirst>(CpuState* cpu, DecodedInstruction* op, int size)
        where TFirst : struct, IOperand
    {
        bool memory = typeof(TFirst) == typeof(MemoryOperand);
        byte* place = memory
            ? MemoryAccess.Writable(cpu, op, MemoryOperand.Address(cpu, op), size)
            : (byte*)cpu + op->First;
        if (place == null)
        {
            return null;
        }

        new ReadOnlySpan<byte>((byte*)cpu + op->Second, size).CopyTo(new Span<byte>(place, size));
        if (memory)
        {
            MemoryAccess.Commit(cpu, place, size);
        }

        return op + 1;
    }

    private static DecodedInstruction* LoadHalf(CpuState* cpu, DecodedInstruction* op, int half)
    {
        if (!Sse.IsAvailable(cpu, op) || !MemoryOperand.TryRead<ulong>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        ((ulong*)((byte*)cpu + op->First))[half] = value;
        return op + 1;
    }

    private static DecodedInstruction* MoveHalf(CpuState* cpu, DecodedInstruction* op, int to, int from)
    {
        if (!Sse.IsAvailable(cpu, op))
        {
            return null;
        }

        ((ulong*)((byte*)cpu + op->First))[to] = ((ulong*)((byte*)cpu + op->Second))[from];
        return op + 1;
    }

    private static void WriteZeroExtended(CpuState* cpu, ushort register, ulong value)
    {
        ulong* halves = (ulong*)((byte*)cpu + register);
        halves[0] = value;
        halves[1] = 0;
    }
}
