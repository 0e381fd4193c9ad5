using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>MUL, IMUL, DIV and IDIV.</summary>
internal static unsafe class MultiplyDivide
{
    private static readonly ushort s_rax = StateOffset.General((int)GeneralRegister.Rax);
    private static readonly ushort s_rdx = StateOffset.General((int)GeneralRegister.Rdx);

    [Instruction(Code.Mul_rm8, Code.Mul_rm16, Code.Mul_rm32, Code.Mul_rm64)]
    public static DecodedInstruction* Mul<T, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
    {
        if (!TFirst.TryRead<T>(cpu, op, op->First, out ulong factor))
        {
            return null;
        }

        ulong high = Math.BigMul(Width.Load<T>((byte*)cpu + s_rax), factor, out ulong low);
        ulong upper = sizeof(T) == sizeof(ulong) ? high : low >> Width.Bits<T>();
        WriteWide<T>(cpu, op, low, upper);
        SetProductFlags<T>(cpu, low, Width.Truncate<T>(upper) != 0);
        return op + 1;
    }

    [Instruction(Code.Imul_rm8, Code.Imul_rm16, Code.Imul_rm32, Code.Imul_rm64)]
    public static DecodedInstruction* Imul<T, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
    {
        if (!TFirst.TryRead<T>(cpu, op, op->First, out ulong factor))
        {
            return null;
        }

        bool overflow = Product<T>(Width.Load<T>((byte*)cpu + s_rax), factor, out ulong low, out ulong upper);
        WriteWide<T>(cpu, op, low, upper);
        SetProductFlags<T>(cpu, low, overflow);
        return op + 1;
    }

    [Instruction(Code.Imul_r16_rm16, Code.Imul_r32_rm32, Code.Imul_r64_rm64)]
    public static DecodedInstruction* ImulTwo<T, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TSecond : struct, IOperand
    {
        if (!TSecond.TryRead<T>(cpu, op, op->Second, out ulong factor))
        {
            return null;
        }

        bool overflow = Product<T>(Width.Load<T>((byte*)cpu + op->First), factor, out ulong low, out _);
        RegisterOperand.TryWrite<T>(cpu, op, op->First, low);
        SetProductFlags<T>(cpu, low, overflow);
        return op + 1;
    }

    [Instruction(Code.Imul_r16_rm16_imm16, Code.Imul_r32_rm32_imm32, Code.Imul_r64_rm64_imm32)]
    [Instruction(Code.Imul_r16_rm16_imm8, Code.Imul_r32_rm32_imm8, Code.Imul_r64_rm64_imm8)]
    public static DecodedInstruction* ImulThree<T, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TSecond : struct, IOperand
    {
        if (!TSecond.TryRead<T>(cpu, op, op->Second, out ulong factor))
        {
            return null;
        }

        bool overflow = Product<T>(factor, op->Immediate, out ulong low, out _);
        RegisterOperand.TryWrite<T>(cpu, op, op->First, low);
        SetProductFlags<T>(cpu, low, overflow);
        return op + 1;
    }

    [Instruction(Code.Div_rm8, Code.Div_rm16, Code.Div_rm32, Code.Div_rm64)]
    public static DecodedInstruction* Div<T, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
    {
        if (!TFirst.TryRead<T>(cpu, op, op->First, out ulong divisor))
        {
            return null;
        }

        UInt128 dividend = Dividend<T>(cpu);
        if (divisor == 0 || (dividend >> Width.Bits<T>()) >= divisor)
        {
            return Step.Fault(cpu, op, ExceptionVector.DivideError);
        }

        if (dividend <= ulong.MaxValue)
        {
            (ulong quotient, ulong remainder) = Math.DivRem((ulong)dividend, divisor);
            WriteWide<T>(cpu, op, quotient, remainder);
        }
        else
        {
            WriteWide<T>(cpu, op, (ulong)(dividend / divisor), (ulong)(dividend % divisor));
        }

        return op + 1;
    }

    [Instruction(Code.Idiv_rm8, Code.Idiv_rm16, Code.Idiv_rm32, Code.Idiv_rm64)]
    public static DecodedInstruction* Idiv<T, TFirst>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TFirst : struct, IOperand
    {
        if (!TFirst.TryRead<T>(cpu, op, op->First, out ulong value))
        {
            return null;
        }

        int unused = 128 - (2 * Width.Bits<T>());
        Int128 dividend = ((Int128)Dividend<T>(cpu) << unused) >> unused;
        Int128 divisor = (long)Width.SignExtend<T>(value);
        if (divisor == 0)
        {
            return Step.Fault(cpu, op, ExceptionVector.DivideError);
        }

        // The one case in which the 128-bit quotient itself overflows would throw.
        if (divisor == -1 && dividend == Int128.MinValue)
        {
            return Step.Fault(cpu, op, ExceptionVector.DivideError);
        }

        Int128 quotient = dividend / divisor;
        Int128 limit = (Int128)1 << (Width.Bits<T>() - 1);
        if (quotient >= limit || quotient < -limit)
        {
            return Step.Fault(cpu, op, ExceptionVector.DivideError);
        }

        WriteWide<T>(cpu, op, (ulong)quotient, (ulong)(dividend - (quotient * divisor)));
        return op + 1;
    }

    private static UInt128 Dividend<T>(CpuState* cpu)
        where T : unmanaged
    {
        if (sizeof(T) == 1)
        {
            return (ushort)cpu->Registers[GeneralRegister.Rax];
        }

        ulong low = Width.Load<T>((byte*)cpu + s_rax);
        ulong high = Width.Load<T>((byte*)cpu + s_rdx);
        return ((UInt128)high << Width.Bits<T>()) | low;
    }

    /// <summary>Writes the two halves of a result: AH:AL for bytes, (R/E)DX:(R/E)AX otherwise.</summary>
    private static void WriteWide<T>(CpuState* cpu, DecodedInstruction* op, ulong low, ulong upper)
        where T : unmanaged
    {
        RegisterOperand.TryWrite<T>(cpu, op, s_rax, low);
        RegisterOperand.TryWrite<T>(cpu, op, sizeof(T) == 1 ? (ushort)(s_rax + 1) : s_rdx, upper);
    }

    /// <summary>Signed product; true if it does not fit in one half.</summary>
    private static bool Product<T>(ulong first, ulong second, out ulong low, out ulong upper)
        where T : unmanaged
    {
        long high = Math.BigMul((long)Width.SignExtend<T>(first), (long)Width.SignExtend<T>(second), out long product);
        low = (ulong)product;
        upper = sizeof(T) == sizeof(ulong) ? (ulong)high : (ulong)(product >> Width.Bits<T>());
        return sizeof(T) == sizeof(ulong)
            ? high != product >> 63
            : product != (long)Width.SignExtend<T>(low);
    }

    /// <summary>CF = OF = overflow; the other flags are undefined and here follow the low half.</summary>
    private static void SetProductFlags<T>(CpuState* cpu, ulong low, bool overflow)
        where T : unmanaged
    {
        Flags.SetLogic<T>(cpu, low);
        Flags.SetCarryOverflow(ref *cpu, overflow, overflow);
    }
}
