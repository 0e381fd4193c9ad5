using Iced.Intel;

namespace ParaKit.Hardware.Tests.Oracle;

/// <summary>Makes instructions of a given code with random operands that keep away from RSP and from foreign memory.</summary>
internal static class RandomInstructions
{
    /// <summary>Base register of all memory operands.</summary>
    public const Register MemoryBase = Register.RBX;

    private const int PageBytes = 4096;
    private const int StackPointer = 4;
    private const int BasePointer = 3;

    public static bool TryCreate(Code code, bool memory, Random random, out Instruction instruction)
    {
        instruction = default;
        instruction.Code = code;
        OpCodeInfo info = code.ToOpCode();
        bool usedMemory = false;
        for (int i = 0; i < info.OpCount; i++)
        {
            if (!TrySetOperand(ref instruction, i, info.GetOpKind(i), memory, random, ref usedMemory))
            {
                return false;
            }
        }

        return usedMemory == memory;
    }

    public static bool TryEncode(in Instruction instruction, out byte[] bytes)
    {
        using var stream = new MemoryStream();
        var encoder = Encoder.Create(64, new StreamCodeWriter(stream));
        bool encoded = encoder.TryEncode(in instruction, 0x1000, out _, out _);
        bytes = stream.ToArray();
        return encoded;
    }

    private static bool TrySetOperand(
        ref Instruction instruction, int index, OpCodeOperandKind kind, bool memory, Random random, ref bool usedMemory)
    {
        (Register first, bool canBeMemory, OpKind immediate) = Describe(kind);
        if (canBeMemory && (memory || first == Register.None))
        {
            usedMemory = true;
            instruction.SetOpKind(index, OpKind.Memory);
            instruction.MemoryBase = MemoryBase;
            instruction.MemoryDisplSize = 4;
            bool mayCross = kind != OpCodeOperandKind.xmm_or_mem && kind != OpCodeOperandKind.mem;
            instruction.MemoryDisplacement64 = mayCross && random.Next(4) == 0
                ? (ulong)(PageBytes - random.Next(1, 8))
                : (ulong)(random.Next(4, 20) * 64);
            return true;
        }

        if (immediate != OpKind.Register)
        {
            instruction.SetOpKind(index, immediate);
            long value = kind == OpCodeOperandKind.imm8_const_1 ? 1
                : immediate == OpKind.Immediate64 ? random.NextInt64()
                : RandomImmediate(random);
            instruction.SetImmediate(index, value);
            return true;
        }

        if (first == Register.None)
        {
            return Fixed(kind) is var register and not Register.None && Set(ref instruction, index, register);
        }

        return Set(ref instruction, index, RandomRegister(first, random));
    }

    private static int RandomImmediate(Random random) => random.Next(3) switch
    {
        0 => random.Next(-128, 128),
        1 => random.Next(0, 70),
        _ => random.Next(int.MinValue, int.MaxValue),
    };

    private static bool Set(ref Instruction instruction, int index, Register register)
    {
        instruction.SetOpKind(index, OpKind.Register);
        instruction.SetOpRegister(index, register);
        return true;
    }

    private static Register RandomRegister(Register first, Random random)
    {
        if (first == Register.AL)
        {
            // AL CL DL BL, AH CH DH, SIL DIL, R8B...: without SPL, BH and BPL's neighbour.
            ReadOnlySpan<Register> bytes =
                [Register.AL, Register.CL, Register.DL, Register.AH, Register.CH, Register.DH, Register.AL, Register.DL];
            ReadOnlySpan<Register> extended = [Register.SIL, Register.DIL, Register.R8L, Register.R15L, Register.BPL];
            return random.Next(2) == 0 ? bytes[random.Next(bytes.Length)] : extended[random.Next(extended.Length)];
        }

        int number;
        do
        {
            number = random.Next(16);
        }
        while (first != Register.XMM0 && number is StackPointer or BasePointer);

        return first + number;
    }

    private static Register Fixed(OpCodeOperandKind kind) => kind switch
    {
        OpCodeOperandKind.al => Register.AL,
        OpCodeOperandKind.cl => Register.CL,
        OpCodeOperandKind.ax => Register.AX,
        OpCodeOperandKind.eax => Register.EAX,
        OpCodeOperandKind.rax => Register.RAX,
        _ => Register.None,
    };

    private static (Register First, bool Memory, OpKind Immediate) Describe(OpCodeOperandKind kind) => kind switch
    {
        OpCodeOperandKind.r8_reg or OpCodeOperandKind.r8_opcode => (Register.AL, false, OpKind.Register),
        OpCodeOperandKind.r16_reg or OpCodeOperandKind.r16_rm or OpCodeOperandKind.r16_opcode =>
            (Register.AX, false, OpKind.Register),
        OpCodeOperandKind.r32_reg or OpCodeOperandKind.r32_rm or OpCodeOperandKind.r32_opcode =>
            (Register.EAX, false, OpKind.Register),
        OpCodeOperandKind.r64_reg or OpCodeOperandKind.r64_rm or OpCodeOperandKind.r64_opcode =>
            (Register.RAX, false, OpKind.Register),
        OpCodeOperandKind.r8_or_mem => (Register.AL, true, OpKind.Register),
        OpCodeOperandKind.r16_or_mem => (Register.AX, true, OpKind.Register),
        OpCodeOperandKind.r32_or_mem => (Register.EAX, true, OpKind.Register),
        OpCodeOperandKind.r64_or_mem => (Register.RAX, true, OpKind.Register),
        OpCodeOperandKind.xmm_reg or OpCodeOperandKind.xmm_rm => (Register.XMM0, false, OpKind.Register),
        OpCodeOperandKind.xmm_or_mem => (Register.XMM0, true, OpKind.Register),
        OpCodeOperandKind.mem => (Register.None, true, OpKind.Register),
        OpCodeOperandKind.imm8 => (Register.None, false, OpKind.Immediate8),
        OpCodeOperandKind.imm8_const_1 => (Register.None, false, OpKind.Immediate8),
        OpCodeOperandKind.imm8sex16 => (Register.None, false, OpKind.Immediate8to16),
        OpCodeOperandKind.imm8sex32 => (Register.None, false, OpKind.Immediate8to32),
        OpCodeOperandKind.imm8sex64 => (Register.None, false, OpKind.Immediate8to64),
        OpCodeOperandKind.imm16 => (Register.None, false, OpKind.Immediate16),
        OpCodeOperandKind.imm32 => (Register.None, false, OpKind.Immediate32),
        OpCodeOperandKind.imm32sex64 => (Register.None, false, OpKind.Immediate32to64),
        OpCodeOperandKind.imm64 => (Register.None, false, OpKind.Immediate64),
        _ => (Register.None, false, OpKind.Register),
    };
}
