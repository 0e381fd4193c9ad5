using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>SHL, SHR, SAR, SHLD and SHRD. A count of zero changes nothing, flags included.</summary>
internal static unsafe class Shifts
{
    [Instruction(Code.Shl_rm8_1, Code.Shl_rm8_CL, Code.Shl_rm8_imm8, Code.Sal_rm8_1, Code.Sal_rm8_CL, Code.Sal_rm8_imm8)]
    [Instruction(Code.Shl_rm16_1, Code.Shl_rm16_CL, Code.Shl_rm16_imm8, Code.Sal_rm16_1, Code.Sal_rm16_CL, Code.Sal_rm16_imm8)]
    [Instruction(Code.Shl_rm32_1, Code.Shl_rm32_CL, Code.Shl_rm32_imm8, Code.Sal_rm32_1, Code.Sal_rm32_CL, Code.Sal_rm32_imm8)]
    [Instruction(Code.Shl_rm64_1, Code.Shl_rm64_CL, Code.Shl_rm64_imm8, Code.Sal_rm64_1, Code.Sal_rm64_CL, Code.Sal_rm64_imm8)]
    public static DecodedInstruction* Shl<T, TFirst, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
        where TSecond : struct, IOperand
    {
        if (!TryBegin<T, TFirst, TSecond>(cpu, op, out byte* place, out int count))
        {
            return null;
        }

        ulong value = Width.Load<T>(place);
        ulong result = Width.Truncate<T>(value << count);
        if (count != 0)
        {
            int bits = Width.Bits<T>();
            bool carry = count <= bits && ((value >> (bits - count)) & 1) != 0;
            Flags.SetLogic<T>(cpu, result);
            Flags.SetCarryOverflow(ref *cpu, carry, carry ^ (((result >> (bits - 1)) & 1) != 0));
        }

        TFirst.Close<T>(cpu, place, result);
        return op + 1;
    }

    [Instruction(Code.Shr_rm8_1, Code.Shr_rm8_CL, Code.Shr_rm8_imm8)]
    [Instruction(Code.Shr_rm16_1, Code.Shr_rm16_CL, Code.Shr_rm16_imm8)]
    [Instruction(Code.Shr_rm32_1, Code.Shr_rm32_CL, Code.Shr_rm32_imm8)]
    [Instruction(Code.Shr_rm64_1, Code.Shr_rm64_CL, Code.Shr_rm64_imm8)]
    public static DecodedInstruction* Shr<T, TFirst, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
        where TSecond : struct, IOperand
    {
        if (!TryBegin<T, TFirst, TSecond>(cpu, op, out byte* place, out int count))
        {
            return null;
        }

        ulong value = Width.Load<T>(place);
        ulong result = value >> count;
        if (count != 0)
        {
            bool carry = ((value >> (count - 1)) & 1) != 0;
            bool overflow = ((value >> (Width.Bits<T>() - 1)) & 1) != 0;
            Flags.SetLogic<T>(cpu, result);
            Flags.SetCarryOverflow(ref *cpu, carry, overflow);
        }

        TFirst.Close<T>(cpu, place, result);
        return op + 1;
    }

    [Instruction(Code.Sar_rm8_1, Code.Sar_rm8_CL, Code.Sar_rm8_imm8)]
    [Instruction(Code.Sar_rm16_1, Code.Sar_rm16_CL, Code.Sar_rm16_imm8)]
    [Instruction(Code.Sar_rm32_1, Code.Sar_rm32_CL, Code.Sar_rm32_imm8)]
    [Instruction(Code.Sar_rm64_1, Code.Sar_rm64_CL, Code.Sar_rm64_imm8)]
    public static DecodedInstruction* Sar<T, TFirst, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
        where TSecond : struct, IOperand
    {
        if (!TryBegin<T, TFirst, TSecond>(cpu, op, out byte* place, out int count))
        {
            return null;
        }

        long value = (long)Width.SignExtend<T>(Width.Load<T>(place));
        ulong result = (ulong)(value >> count);
        if (count != 0)
        {
            Flags.SetLogic<T>(cpu, result);
            Flags.SetCarryOverflow(ref *cpu, ((value >> (count - 1)) & 1) != 0, false);
        }

        TFirst.Close<T>(cpu, place, result);
        return op + 1;
    }

    [Instruction(Code.Shld_rm16_r16_imm8, Code.Shld_rm32_r32_imm8, Code.Shld_rm64_r64_imm8)]
    [Instruction(Code.Shld_rm16_r16_CL, Code.Shld_rm32_r32_CL, Code.Shld_rm64_r64_CL)]
    public static DecodedInstruction* Shld<T, TFirst, TThird>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
        where TThird : struct, IOperand =>
        DoubleShift<T, TFirst, TThird>(cpu, op, left: true);

    [Instruction(Code.Shrd_rm16_r16_imm8, Code.Shrd_rm32_r32_imm8, Code.Shrd_rm64_r64_imm8)]
    [Instruction(Code.Shrd_rm16_r16_CL, Code.Shrd_rm32_r32_CL, Code.Shrd_rm64_r64_CL)]
    public static DecodedInstruction* Shrd<T, TFirst, TThird>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
        where TThird : struct, IOperand =>
        DoubleShift<T, TFirst, TThird>(cpu, op, left: false);

    private static DecodedInstruction* DoubleShift<T, TFirst, TThird>(CpuState* cpu, DecodedInstruction* op, bool left)
        where T : unmanaged
        where TFirst : struct, IOperand
        where TThird : struct, IOperand
    {
        int bits = Width.Bits<T>();
        byte* place;
        if (!TThird.TryRead<byte>(cpu, op, op->Third, out ulong shift)
            || (place = TFirst.TryOpen<T>(cpu, op, op->First)) == null)
        {
            return null;
        }

        int count = (int)shift & (bits == 64 ? 63 : 31);
        ulong value = Width.Load<T>(place);
        ulong source = Width.Load<T>((byte*)cpu + op->Second);
        ulong result = value;
        if (count != 0)
        {
            // Beyond the width (16-bit only) everything is undefined; the bits then come from the concatenation twice.
            UInt128 pair = left ? ((UInt128)value << bits) | source : ((UInt128)source << bits) | value;
            result = Width.Truncate<T>((ulong)(left ? pair >> (bits - count) : pair >> count));
            bool carry = (((ulong)(left ? pair >> ((2 * bits) - count) : pair >> (count - 1))) & 1) != 0;
            bool overflow = (((value ^ result) >> (bits - 1)) & 1) != 0;
            Flags.SetLogic<T>(cpu, result);
            Flags.SetCarryOverflow(ref *cpu, carry, overflow);
        }

        TFirst.Close<T>(cpu, place, result);
        return op + 1;
    }

    /// <summary>Opens the operand and reads the count, masked to 5 bits (6 for 64-bit operands); false after a fault.</summary>
    private static bool TryBegin<T, TFirst, TSecond>(
        CpuState* cpu, DecodedInstruction* op, out byte* place, out int count)
        where T : unmanaged
        where TFirst : struct, IOperand
        where TSecond : struct, IOperand
    {
        TSecond.TryRead<byte>(cpu, op, op->Second, out ulong shift);
        count = (int)shift & (sizeof(T) == sizeof(ulong) ? 63 : 31);
        place = TFirst.TryOpen<T>(cpu, op, op->First);
        return place != null;
    }
}
