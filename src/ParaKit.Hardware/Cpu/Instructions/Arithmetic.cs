using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>Addition, subtraction and comparison. Intel SDM vol. 2, the instructions of these names.</summary>
internal static unsafe class Arithmetic
{
    [Instruction(Code.Add_rm8_r8, Code.Add_r8_rm8, Code.Add_AL_imm8, Code.Add_rm8_imm8)]
    [Instruction(Code.Add_rm16_r16, Code.Add_r16_rm16, Code.Add_AX_imm16, Code.Add_rm16_imm16, Code.Add_rm16_imm8)]
    [Instruction(Code.Add_rm32_r32, Code.Add_r32_rm32, Code.Add_EAX_imm32, Code.Add_rm32_imm32, Code.Add_rm32_imm8)]
    [Instruction(Code.Add_rm64_r64, Code.Add_r64_rm64, Code.Add_RAX_imm32, Code.Add_rm64_imm32, Code.Add_rm64_imm8)]
    public static DecodedInstruction* Add<T, TFirst, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
        where TSecond : struct, IOperand
    {
        byte* place;
        if (!TSecond.TryRead<T>(cpu, op, op->Second, out ulong second)
            || (place = TFirst.TryOpen<T>(cpu, op, op->First)) == null)
        {
            return null;
        }

        ulong first = Width.Load<T>(place);
        ulong result = Width.Truncate<T>(first + second);
        Flags.SetAdd<T>(cpu, first, second, result);
        TFirst.Close<T>(cpu, place, result);
        return op + 1;
    }

    [Instruction(Code.Adc_rm8_r8, Code.Adc_r8_rm8, Code.Adc_AL_imm8, Code.Adc_rm8_imm8)]
    [Instruction(Code.Adc_rm16_r16, Code.Adc_r16_rm16, Code.Adc_AX_imm16, Code.Adc_rm16_imm16, Code.Adc_rm16_imm8)]
    [Instruction(Code.Adc_rm32_r32, Code.Adc_r32_rm32, Code.Adc_EAX_imm32, Code.Adc_rm32_imm32, Code.Adc_rm32_imm8)]
    [Instruction(Code.Adc_rm64_r64, Code.Adc_r64_rm64, Code.Adc_RAX_imm32, Code.Adc_rm64_imm32, Code.Adc_rm64_imm8)]
    public static DecodedInstruction* Adc<T, TFirst, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
        where TSecond : struct, IOperand
    {
        byte* place;
        if (!TSecond.TryRead<T>(cpu, op, op->Second, out ulong second)
            || (place = TFirst.TryOpen<T>(cpu, op, op->First)) == null)
        {
            return null;
        }

        ulong first = Width.Load<T>(place);
        ulong result = Width.Truncate<T>(first + second + (cpu->FlagsCarries >> 63));
        Flags.SetAdd<T>(cpu, first, second, result);
        TFirst.Close<T>(cpu, place, result);
        return op + 1;
    }

    [Instruction(Code.Sub_rm8_r8, Code.Sub_r8_rm8, Code.Sub_AL_imm8, Code.Sub_rm8_imm8)]
    [Instruction(Code.Sub_rm16_r16, Code.Sub_r16_rm16, Code.Sub_AX_imm16, Code.Sub_rm16_imm16, Code.Sub_rm16_imm8)]
    [Instruction(Code.Sub_rm32_r32, Code.Sub_r32_rm32, Code.Sub_EAX_imm32, Code.Sub_rm32_imm32, Code.Sub_rm32_imm8)]
    [Instruction(Code.Sub_rm64_r64, Code.Sub_r64_rm64, Code.Sub_RAX_imm32, Code.Sub_rm64_imm32, Code.Sub_rm64_imm8)]
    public static DecodedInstruction* Sub<T, TFirst, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
        where TSecond : struct, IOperand
    {
        byte* place;
        if (!TSecond.TryRead<T>(cpu, op, op->Second, out ulong second)
            || (place = TFirst.TryOpen<T>(cpu, op, op->First)) == null)
        {
            return null;
        }

        ulong first = Width.Load<T>(place);
        ulong result = Width.Truncate<T>(first - second);
        Flags.SetSubtract<T>(cpu, first, second, result);
        TFirst.Close<T>(cpu, place, result);
        return op + 1;
    }

    [Instruction(Code.Sbb_rm8_r8, Code.Sbb_r8_rm8, Code.Sbb_AL_imm8, Code.Sbb_rm8_imm8)]
    [Instruction(Code.Sbb_rm16_r16, Code.Sbb_r16_rm16, Code.Sbb_AX_imm16, Code.Sbb_rm16_imm16, Code.Sbb_rm16_imm8)]
    [Instruction(Code.Sbb_rm32_r32, Code.Sbb_r32_rm32, Code.Sbb_EAX_imm32, Code.Sbb_rm32_imm32, Code.Sbb_rm32_imm8)]
    [Instruction(Code.Sbb_rm64_r64, Code.Sbb_r64_rm64, Code.Sbb_RAX_imm32, Code.Sbb_rm64_imm32, Code.Sbb_rm64_imm8)]
    public static DecodedInstruction* Sbb<T, TFirst, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
        where TSecond : struct, IOperand
    {
        byte* place;
        if (!TSecond.TryRead<T>(cpu, op, op->Second, out ulong second)
            || (place = TFirst.TryOpen<T>(cpu, op, op->First)) == null)
        {
            return null;
        }

        ulong first = Width.Load<T>(place);
        ulong result = Width.Truncate<T>(first - second - (cpu->FlagsCarries >> 63));
        Flags.SetSubtract<T>(cpu, first, second, result);
        TFirst.Close<T>(cpu, place, result);
        return op + 1;
    }

    [Instruction(Code.Cmp_rm8_r8, Code.Cmp_r8_rm8, Code.Cmp_AL_imm8, Code.Cmp_rm8_imm8)]
    [Instruction(Code.Cmp_rm16_r16, Code.Cmp_r16_rm16, Code.Cmp_AX_imm16, Code.Cmp_rm16_imm16, Code.Cmp_rm16_imm8)]
    [Instruction(Code.Cmp_rm32_r32, Code.Cmp_r32_rm32, Code.Cmp_EAX_imm32, Code.Cmp_rm32_imm32, Code.Cmp_rm32_imm8)]
    [Instruction(Code.Cmp_rm64_r64, Code.Cmp_r64_rm64, Code.Cmp_RAX_imm32, Code.Cmp_rm64_imm32, Code.Cmp_rm64_imm8)]
    public static DecodedInstruction* Cmp<T, TFirst, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
        where TSecond : struct, IOperand
    {
        if (!TFirst.TryRead<T>(cpu, op, op->First, out ulong first)
            || !TSecond.TryRead<T>(cpu, op, op->Second, out ulong second))
        {
            return null;
        }

        Flags.SetSubtract<T>(cpu, first, second, Width.Truncate<T>(first - second));
        return op + 1;
    }

    [Instruction(Code.Inc_rm8, Code.Inc_rm16, Code.Inc_rm32, Code.Inc_rm64)]
    public static DecodedInstruction* Inc<T, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
    {
        byte* place = TFirst.TryOpen<T>(cpu, op, op->First);
        if (place == null)
        {
            return null;
        }

        bool carry = Flags.IsCarry(in *cpu);
        ulong first = Width.Load<T>(place);
        ulong result = Width.Truncate<T>(first + 1);
        Flags.SetAdd<T>(cpu, first, 1, result);
        Flags.SetCarry(ref *cpu, carry);
        TFirst.Close<T>(cpu, place, result);
        return op + 1;
    }

    [Instruction(Code.Dec_rm8, Code.Dec_rm16, Code.Dec_rm32, Code.Dec_rm64)]
    public static DecodedInstruction* Dec<T, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
    {
        byte* place = TFirst.TryOpen<T>(cpu, op, op->First);
        if (place == null)
        {
            return null;
        }

        bool carry = Flags.IsCarry(in *cpu);
        ulong first = Width.Load<T>(place);
        ulong result = Width.Truncate<T>(first - 1);
        Flags.SetSubtract<T>(cpu, first, 1, result);
        Flags.SetCarry(ref *cpu, carry);
        TFirst.Close<T>(cpu, place, result);
        return op + 1;
    }

    [Instruction(Code.Neg_rm8, Code.Neg_rm16, Code.Neg_rm32, Code.Neg_rm64)]
    public static DecodedInstruction* Neg<T, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
    {
        byte* place = TFirst.TryOpen<T>(cpu, op, op->First);
        if (place == null)
        {
            return null;
        }

        ulong first = Width.Load<T>(place);
        ulong result = Width.Truncate<T>(0 - first);
        Flags.SetSubtract<T>(cpu, 0, first, result);
        TFirst.Close<T>(cpu, place, result);
        return op + 1;
    }
}
