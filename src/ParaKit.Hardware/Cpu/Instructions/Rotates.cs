using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>ROL, ROR, RCL and RCR: only CF and OF change.</summary>
internal static unsafe class Rotates
{
    /// <summary>One kind of rotation.</summary>
    internal interface IRotation
    {
        /// <summary>Rotates the low <paramref name="bits"/> of <paramref name="value"/>; <paramref name="count"/> is not zero.</summary>
        static abstract ulong Rotate(ulong value, int bits, int count, ref bool carry, out bool overflow);
    }

    internal readonly struct Left : IRotation
    {
        public static ulong Rotate(ulong value, int bits, int count, ref bool carry, out bool overflow)
        {
            count %= bits;
            ulong result = count == 0 ? value : (value << count) | (value >> (bits - count));
            carry = (result & 1) != 0;
            overflow = carry ^ (((result >> (bits - 1)) & 1) != 0);
            return result;
        }
    }

    internal readonly struct Right : IRotation
    {
        public static ulong Rotate(ulong value, int bits, int count, ref bool carry, out bool overflow)
        {
            count %= bits;
            ulong result = count == 0 ? value : (value >> count) | (value << (bits - count));
            carry = ((result >> (bits - 1)) & 1) != 0;
            overflow = carry ^ (((result >> (bits - 2)) & 1) != 0);
            return result;
        }
    }

    internal readonly struct LeftThroughCarry : IRotation
    {
        public static ulong Rotate(ulong value, int bits, int count, ref bool carry, out bool overflow)
        {
            ulong result = value;
            for (count %= bits + 1; count > 0; count--)
            {
                bool top = ((result >> (bits - 1)) & 1) != 0;
                result = (result << 1) | (carry ? 1ul : 0);
                carry = top;
            }

            overflow = carry ^ (((result >> (bits - 1)) & 1) != 0);
            return result;
        }
    }

    internal readonly struct RightThroughCarry : IRotation
    {
        public static ulong Rotate(ulong value, int bits, int count, ref bool carry, out bool overflow)
        {
            ulong result = value;
            for (count %= bits + 1; count > 0; count--)
            {
                bool low = (result & 1) != 0;
                result = (result >> 1) | (carry ? 1ul << (bits - 1) : 0);
                carry = low;
            }

            overflow = (((result >> (bits - 1)) ^ (result >> (bits - 2))) & 1) != 0;
            return result;
        }
    }

    [Instruction<Left>(Code.Rol_rm8_1, Code.Rol_rm8_CL, Code.Rol_rm8_imm8, Code.Rol_rm16_1, Code.Rol_rm16_CL, Code.Rol_rm16_imm8)]
    [Instruction<Left>(Code.Rol_rm32_1, Code.Rol_rm32_CL, Code.Rol_rm32_imm8, Code.Rol_rm64_1, Code.Rol_rm64_CL, Code.Rol_rm64_imm8)]
    [Instruction<Right>(Code.Ror_rm8_1, Code.Ror_rm8_CL, Code.Ror_rm8_imm8, Code.Ror_rm16_1, Code.Ror_rm16_CL, Code.Ror_rm16_imm8)]
    [Instruction<Right>(Code.Ror_rm32_1, Code.Ror_rm32_CL, Code.Ror_rm32_imm8, Code.Ror_rm64_1, Code.Ror_rm64_CL, Code.Ror_rm64_imm8)]
    [Instruction<LeftThroughCarry>(Code.Rcl_rm8_1, Code.Rcl_rm8_CL, Code.Rcl_rm8_imm8, Code.Rcl_rm16_1, Code.Rcl_rm16_CL, Code.Rcl_rm16_imm8)]
    [Instruction<LeftThroughCarry>(Code.Rcl_rm32_1, Code.Rcl_rm32_CL, Code.Rcl_rm32_imm8, Code.Rcl_rm64_1, Code.Rcl_rm64_CL, Code.Rcl_rm64_imm8)]
    [Instruction<RightThroughCarry>(Code.Rcr_rm8_1, Code.Rcr_rm8_CL, Code.Rcr_rm8_imm8, Code.Rcr_rm16_1, Code.Rcr_rm16_CL, Code.Rcr_rm16_imm8)]
    [Instruction<RightThroughCarry>(Code.Rcr_rm32_1, Code.Rcr_rm32_CL, Code.Rcr_rm32_imm8, Code.Rcr_rm64_1, Code.Rcr_rm64_CL, Code.Rcr_rm64_imm8)]
    public static DecodedInstruction* Rotate<TRotation, T, TFirst, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TRotation : struct, IRotation
        where T : unmanaged
        where TFirst : struct, IOperand
        where TSecond : struct, IOperand
    {
        TSecond.TryRead<byte>(cpu, op, op->Second, out ulong shift);
        int count = (int)shift & (sizeof(T) == sizeof(ulong) ? 63 : 31);
        byte* place = TFirst.TryOpen<T>(cpu, op, op->First);
        if (place == null)
        {
            return null;
        }

        ulong value = Width.Load<T>(place);
        if (count != 0)
        {
            bool carry = Flags.IsCarry(in *cpu);
            value = Width.Truncate<T>(TRotation.Rotate(value, Width.Bits<T>(), count, ref carry, out bool overflow));
            Flags.SetCarryOverflow(ref *cpu, carry, overflow);
        }

        TFirst.Close<T>(cpu, place, value);
        return op + 1;
    }
}
