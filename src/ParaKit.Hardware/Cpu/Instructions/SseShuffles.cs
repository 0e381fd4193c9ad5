using System.Runtime.Intrinsics;
using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>Shuffles by an immediate, shifts, and moves of single words and signs.</summary>
internal static unsafe class SseShuffles
{
    private const int BytesPerVector = 16;

    [Instruction(Code.Pshufd_xmm_xmmm128_imm8)]
    public static DecodedInstruction* Pshufd<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        if (!TryReadSource<TSecond>(cpu, op, out Vector128<byte> source))
        {
            return null;
        }

        Vector128<uint> lanes = source.AsUInt32();
        int control = (int)op->Immediate;
        Sse.Register<uint>(cpu, op->First) = Vector128.Create(
            lanes[control & 3], lanes[(control >> 2) & 3], lanes[(control >> 4) & 3], lanes[(control >> 6) & 3]);
        return op + 1;
    }

    [Instruction(Code.Pshuflw_xmm_xmmm128_imm8)]
    public static DecodedInstruction* Pshuflw<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand => ShuffleWords<TSecond>(cpu, op, start: 0);

    [Instruction(Code.Pshufhw_xmm_xmmm128_imm8)]
    public static DecodedInstruction* Pshufhw<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand => ShuffleWords<TSecond>(cpu, op, start: 4);

    [Instruction(Code.Shufps_xmm_xmmm128_imm8)]
    public static DecodedInstruction* Shufps<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        if (!TryReadSource<TSecond>(cpu, op, out Vector128<byte> source))
        {
            return null;
        }

        Vector128<uint> first = Sse.Register<uint>(cpu, op->First);
        Vector128<uint> second = source.AsUInt32();
        int control = (int)op->Immediate;
        Sse.Register<uint>(cpu, op->First) = Vector128.Create(
            first[control & 3], first[(control >> 2) & 3], second[(control >> 4) & 3], second[(control >> 6) & 3]);
        return op + 1;
    }

    [Instruction(Code.Shufpd_xmm_xmmm128_imm8)]
    public static DecodedInstruction* Shufpd<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        if (!TryReadSource<TSecond>(cpu, op, out Vector128<byte> source))
        {
            return null;
        }

        Vector128<ulong> first = Sse.Register<ulong>(cpu, op->First);
        int control = (int)op->Immediate;
        Sse.Register<ulong>(cpu, op->First) =
            Vector128.Create(first[control & 1], source.AsUInt64()[(control >> 1) & 1]);
        return op + 1;
    }

    [Instruction(Code.Pmovmskb_r32_xmm, Code.Pmovmskb_r64_xmm)]
    public static DecodedInstruction* Pmovmskb(CpuState* cpu, DecodedInstruction* op) =>
        WriteSigns(cpu, op, Vector128.ExtractMostSignificantBits(Sse.Register<byte>(cpu, op->Second)));

    [Instruction(Code.Movmskps_r32_xmm, Code.Movmskps_r64_xmm)]
    public static DecodedInstruction* Movmskps(CpuState* cpu, DecodedInstruction* op) =>
        WriteSigns(cpu, op, Vector128.ExtractMostSignificantBits(Sse.Register<uint>(cpu, op->Second)));

    [Instruction(Code.Movmskpd_r32_xmm, Code.Movmskpd_r64_xmm)]
    public static DecodedInstruction* Movmskpd(CpuState* cpu, DecodedInstruction* op) =>
        WriteSigns(cpu, op, Vector128.ExtractMostSignificantBits(Sse.Register<ulong>(cpu, op->Second)));

    [Instruction(Code.Pextrw_r32_xmm_imm8, Code.Pextrw_r64_xmm_imm8)]
    public static DecodedInstruction* Pextrw(CpuState* cpu, DecodedInstruction* op) =>
        WriteSigns(cpu, op, Sse.Register<ushort>(cpu, op->Second)[(int)op->Immediate & 7]);

    [Instruction(Code.Pinsrw_xmm_r32m16_imm8, Code.Pinsrw_xmm_r64m16_imm8)]
    public static DecodedInstruction* Pinsrw<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        if (!Sse.IsAvailable(cpu, op) || !TSecond.TryRead<ushort>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        ((ushort*)((byte*)cpu + op->First))[(int)op->Immediate & 7] = (ushort)value;
        return op + 1;
    }

    [Instruction(Code.Psllw_xmm_xmmm128, Code.Psllw_xmm_imm8)]
    public static DecodedInstruction* Psllw<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand =>
        Shift<ushort, TSecond>(cpu, op, static (value, count) => value << count);

    [Instruction(Code.Pslld_xmm_xmmm128, Code.Pslld_xmm_imm8)]
    public static DecodedInstruction* Pslld<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand =>
        Shift<uint, TSecond>(cpu, op, static (value, count) => value << count);

    [Instruction(Code.Psllq_xmm_xmmm128, Code.Psllq_xmm_imm8)]
    public static DecodedInstruction* Psllq<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand =>
        Shift<ulong, TSecond>(cpu, op, static (value, count) => value << count);

    [Instruction(Code.Psrlw_xmm_xmmm128, Code.Psrlw_xmm_imm8)]
    public static DecodedInstruction* Psrlw<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand =>
        Shift<ushort, TSecond>(cpu, op, static (value, count) => value >> count);

    [Instruction(Code.Psrld_xmm_xmmm128, Code.Psrld_xmm_imm8)]
    public static DecodedInstruction* Psrld<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand =>
        Shift<uint, TSecond>(cpu, op, static (value, count) => value >> count);

    [Instruction(Code.Psrlq_xmm_xmmm128, Code.Psrlq_xmm_imm8)]
    public static DecodedInstruction* Psrlq<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand =>
        Shift<ulong, TSecond>(cpu, op, static (value, count) => value >> count);

    [Instruction(Code.Psraw_xmm_xmmm128, Code.Psraw_xmm_imm8)]
    public static DecodedInstruction* Psraw<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand =>
        Shift<ushort, TSecond>(cpu, op, static (value, count) => (ulong)((short)value >> count), arithmetic: true);

    [Instruction(Code.Psrad_xmm_xmmm128, Code.Psrad_xmm_imm8)]
    public static DecodedInstruction* Psrad<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand =>
        Shift<uint, TSecond>(cpu, op, static (value, count) => (ulong)((int)value >> count), arithmetic: true);

    [Instruction(Code.Pslldq_xmm_imm8)]
    public static DecodedInstruction* Pslldq(CpuState* cpu, DecodedInstruction* op) => ShiftBytes(cpu, op, left: true);

    [Instruction(Code.Psrldq_xmm_imm8)]
    public static DecodedInstruction* Psrldq(CpuState* cpu, DecodedInstruction* op) => ShiftBytes(cpu, op, left: false);

    /// <summary>Shifts every lane. Logical counts beyond the lane give zero, arithmetic ones stop at the sign.</summary>
    private static DecodedInstruction* Shift<T, TSecond>(
        CpuState* cpu, DecodedInstruction* op, Func<ulong, int, ulong> shift, bool arithmetic = false)
        where T : unmanaged
        where TSecond : struct, IOperand
    {
        if (!Sse.IsAvailable(cpu, op))
        {
            return null;
        }

        ulong count = (byte)op->Immediate;
        if (typeof(TSecond) != typeof(ImmediateOperand))
        {
            byte* source = Sse.Source<TSecond>(cpu, op, op->Second);
            if (source == null)
            {
                return null;
            }

            count = *(ulong*)source;
        }

        int bits = Width.Bits<T>();
        bool beyond = count >= (ulong)bits;
        int steps = beyond ? bits - 1 : (int)count;
        byte* lanes = (byte*)cpu + op->First;
        for (int i = 0; i < BytesPerVector; i += sizeof(T))
        {
            ulong value = beyond && !arithmetic ? 0 : shift(Width.Load<T>(lanes + i), steps);
            Width.Store<T>(lanes + i, value);
        }

        return op + 1;
    }

    private static DecodedInstruction* ShiftBytes(CpuState* cpu, DecodedInstruction* op, bool left)
    {
        if (!Sse.IsAvailable(cpu, op))
        {
            return null;
        }

        int bits = Math.Min((byte)op->Immediate, (byte)BytesPerVector) * 8;
        ref UInt128 value = ref *(UInt128*)((byte*)cpu + op->First);
        // A UInt128 shift takes its count modulo 128.
        value = bits == BytesPerVector * 8 ? 0 : left ? value << bits : value >> bits;
        return op + 1;
    }

    private static DecodedInstruction* ShuffleWords<TSecond>(CpuState* cpu, DecodedInstruction* op, int start)
        where TSecond : struct, IOperand
    {
        if (!TryReadSource<TSecond>(cpu, op, out Vector128<byte> source))
        {
            return null;
        }

        Vector128<ushort> result = source.AsUInt16();
        for (int i = 0; i < 4; i++)
        {
            int from = ((int)op->Immediate >> (2 * i)) & 3;
            result = result.WithElement(start + i, source.AsUInt16()[start + from]);
        }

        Sse.Register<ushort>(cpu, op->First) = result;
        return op + 1;
    }

    private static bool TryReadSource<TSecond>(CpuState* cpu, DecodedInstruction* op, out Vector128<byte> value)
        where TSecond : struct, IOperand
    {
        byte* source = Sse.IsAvailable(cpu, op) ? Sse.Source<TSecond>(cpu, op, op->Second) : null;
        value = source != null ? *(Vector128<byte>*)source : default;
        return source != null;
    }

    private static DecodedInstruction* WriteSigns(CpuState* cpu, DecodedInstruction* op, uint value)
    {
        if (!Sse.IsAvailable(cpu, op))
        {
            return null;
        }

        RegisterOperand.TryWrite<ulong>(cpu, op, op->First, value);
        return op + 1;
    }
}
