using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>Bitwise operations on integers.</summary>
internal static unsafe class Logic
{
    [Instruction(Code.And_rm8_r8, Code.And_r8_rm8, Code.And_AL_imm8, Code.And_rm8_imm8)]
    [Instruction(Code.And_rm16_r16, Code.And_r16_rm16, Code.And_AX_imm16, Code.And_rm16_imm16, Code.And_rm16_imm8)]
    [Instruction(Code.And_rm32_r32, Code.And_r32_rm32, Code.And_EAX_imm32, Code.And_rm32_imm32, Code.And_rm32_imm8)]
    [Instruction(Code.And_rm64_r64, Code.And_r64_rm64, Code.And_RAX_imm32, Code.And_rm64_imm32, Code.And_rm64_imm8)]
    public static DecodedInstruction* And<T, TFirst, TSecond>(CpuState* cpu, DecodedInstruction* op)
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

        ulong result = Width.Load<T>(place) & second;
        Flags.SetLogic<T>(cpu, result);
        TFirst.Close<T>(cpu, place, result);
        return op + 1;
    }

    [Instruction(Code.Or_rm8_r8, Code.Or_r8_rm8, Code.Or_AL_imm8, Code.Or_rm8_imm8)]
    [Instruction(Code.Or_rm16_r16, Code.Or_r16_rm16, Code.Or_AX_imm16, Code.Or_rm16_imm16, Code.Or_rm16_imm8)]
    [Instruction(Code.Or_rm32_r32, Code.Or_r32_rm32, Code.Or_EAX_imm32, Code.Or_rm32_imm32, Code.Or_rm32_imm8)]
    [Instruction(Code.Or_rm64_r64, Code.Or_r64_rm64, Code.Or_RAX_imm32, Code.Or_rm64_imm32, Code.Or_rm64_imm8)]
    public static DecodedInstruction* Or<T, TFirst, TSecond>(CpuState* cpu, DecodedInstruction* op)
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

        ulong result = Width.Load<T>(place) | second;
        Flags.SetLogic<T>(cpu, result);
        TFirst.Close<T>(cpu, place, result);
        return op + 1;
    }

    [Instruction(Code.Xor_rm8_r8, Code.Xor_r8_rm8, Code.Xor_AL_imm8, Code.Xor_rm8_imm8)]
    [Instruction(Code.Xor_rm16_r16, Code.Xor_r16_rm16, Code.Xor_AX_imm16, Code.Xor_rm16_imm16, Code.Xor_rm16_imm8)]
    [Instruction(Code.Xor_rm32_r32, Code.Xor_r32_rm32, Code.Xor_EAX_imm32, Code.Xor_rm32_imm32, Code.Xor_rm32_imm8)]
    [Instruction(Code.Xor_rm64_r64, Code.Xor_r64_rm64, Code.Xor_RAX_imm32, Code.Xor_rm64_imm32, Code.Xor_rm64_imm8)]
    public static DecodedInstruction* Xor<T, TFirst, TSecond>(CpuState* cpu, DecodedInstruction* op)
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

        ulong result = Width.Load<T>(place) ^ second;
        Flags.SetLogic<T>(cpu, result);
        TFirst.Close<T>(cpu, place, result);
        return op + 1;
    }

    [Instruction(Code.Test_rm8_r8, Code.Test_AL_imm8, Code.Test_rm8_imm8, Code.Test_rm8_imm8_F6r1)]
    [Instruction(Code.Test_rm16_r16, Code.Test_AX_imm16, Code.Test_rm16_imm16, Code.Test_rm16_imm16_F7r1)]
    [Instruction(Code.Test_rm32_r32, Code.Test_EAX_imm32, Code.Test_rm32_imm32, Code.Test_rm32_imm32_F7r1)]
    [Instruction(Code.Test_rm64_r64, Code.Test_RAX_imm32, Code.Test_rm64_imm32, Code.Test_rm64_imm32_F7r1)]
    public static DecodedInstruction* Test<T, TFirst, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
        where TSecond : struct, IOperand
    {
        if (!TFirst.TryRead<T>(cpu, op, op->First, out ulong first)
            || !TSecond.TryRead<T>(cpu, op, op->Second, out ulong second))
        {
            return null;
        }

        Flags.SetLogic<T>(cpu, first & second);
        return op + 1;
    }

    [Instruction(Code.Not_rm8, Code.Not_rm16, Code.Not_rm32, Code.Not_rm64)]
    public static DecodedInstruction* Not<T, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
    {
        byte* place = TFirst.TryOpen<T>(cpu, op, op->First);
        if (place == null)
        {
            return null;
        }

        TFirst.Close<T>(cpu, place, ~Width.Load<T>(place));
        return op + 1;
    }
}
