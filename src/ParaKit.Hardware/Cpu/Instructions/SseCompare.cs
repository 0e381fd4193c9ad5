using System.Runtime.Intrinsics;
using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>Floating-point comparisons: masks by predicate, and flags.</summary>
internal static unsafe class SseCompare
{
    private const int PredicateMask = 7;
    private const int Negated = 4;

    [Instruction(Code.Cmpps_xmm_xmmm128_imm8)]
    public static DecodedInstruction* Cmpps<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        byte* source;
        if (!Sse.IsArithmeticAvailable(cpu, op) || (source = Sse.Source<TSecond>(cpu, op, op->Second)) == null)
        {
            return null;
        }

        float* first = (float*)((byte*)cpu + op->First);
        for (int i = 0; i < Vector128<float>.Count; i++)
        {
            bool holds = Holds(first[i], ((float*)source)[i], (int)op->Immediate);
            ((uint*)first)[i] = holds ? uint.MaxValue : 0;
        }

        return op + 1;
    }

    [Instruction(Code.Cmppd_xmm_xmmm128_imm8)]
    public static DecodedInstruction* Cmppd<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        byte* source;
        if (!Sse.IsArithmeticAvailable(cpu, op) || (source = Sse.Source<TSecond>(cpu, op, op->Second)) == null)
        {
            return null;
        }

        // The source may be the destination: read both lanes before the first is written.
        (double low, double high) = (((double*)source)[0], ((double*)source)[1]);
        double* first = (double*)((byte*)cpu + op->First);
        bool lowHolds = Holds(first[0], low, (int)op->Immediate);
        bool highHolds = Holds(first[1], high, (int)op->Immediate);
        ((ulong*)first)[0] = lowHolds ? ulong.MaxValue : 0;
        ((ulong*)first)[1] = highHolds ? ulong.MaxValue : 0;
        return op + 1;
    }

    [Instruction(Code.Cmpss_xmm_xmmm32_imm8)]
    public static DecodedInstruction* Cmpss<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        if (!Sse.IsArithmeticAvailable(cpu, op) || !TSecond.TryRead<uint>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        float* first = (float*)((byte*)cpu + op->First);
        bool holds = Holds(*first, BitConverter.UInt32BitsToSingle((uint)value), (int)op->Immediate);
        *(uint*)first = holds ? uint.MaxValue : 0;
        return op + 1;
    }

    [Instruction(Code.Cmpsd_xmm_xmmm64_imm8)]
    public static DecodedInstruction* Cmpsd<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        if (!Sse.IsArithmeticAvailable(cpu, op) || !TSecond.TryRead<ulong>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        double* first = (double*)((byte*)cpu + op->First);
        bool holds = Holds(*first, BitConverter.UInt64BitsToDouble(value), (int)op->Immediate);
        *(ulong*)first = holds ? ulong.MaxValue : 0;
        return op + 1;
    }

    [Instruction(Code.Ucomiss_xmm_xmmm32, Code.Comiss_xmm_xmmm32)]
    public static DecodedInstruction* Comiss<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        if (!Sse.IsArithmeticAvailable(cpu, op) || !TSecond.TryRead<uint>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        SetFlags(cpu, *(float*)((byte*)cpu + op->First), BitConverter.UInt32BitsToSingle((uint)value));
        return op + 1;
    }

    [Instruction(Code.Ucomisd_xmm_xmmm64, Code.Comisd_xmm_xmmm64)]
    public static DecodedInstruction* Comisd<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        if (!Sse.IsArithmeticAvailable(cpu, op) || !TSecond.TryRead<ulong>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        SetFlags(cpu, *(double*)((byte*)cpu + op->First), BitConverter.UInt64BitsToDouble(value));
        return op + 1;
    }

    /// <summary>EQ, LT, LE, UNORD and their negations NEQ, NLT, NLE, ORD.</summary>
    private static bool Holds(double first, double second, int predicate)
    {
        bool basic = (predicate & (Negated - 1)) switch
        {
            0 => first == second,
            1 => first < second,
            2 => first <= second,
            _ => double.IsNaN(first) || double.IsNaN(second),
        };
        return basic ^ ((predicate & PredicateMask & Negated) != 0);
    }

    private static void SetFlags(CpuState* cpu, double first, double second) => Flags.SetArithmetic(
        ref *cpu,
        double.IsNaN(first) || double.IsNaN(second) ? Flags.Zero | Flags.Parity | Flags.Carry
            : first < second ? Flags.Carry
            : first == second ? Flags.Zero
            : 0);
}
