using System.Runtime.Intrinsics;
using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>One floating-point operation, as vector and scalar operation.</summary>
internal interface IFloatOperation
{
    static abstract Vector128<float> Apply(Vector128<float> first, Vector128<float> second);

    static abstract Vector128<double> Apply(Vector128<double> first, Vector128<double> second);
}

/// <summary>ADD, SUB, MUL, DIV, MIN, MAX and SQRT in their PS, PD, SS and SD forms.</summary>
internal static unsafe class SseArithmetic
{
    internal readonly struct Add : IFloatOperation
    {
        public static Vector128<float> Apply(Vector128<float> first, Vector128<float> second) => first + second;

        public static Vector128<double> Apply(Vector128<double> first, Vector128<double> second) => first + second;
    }

    internal readonly struct Subtract : IFloatOperation
    {
        public static Vector128<float> Apply(Vector128<float> first, Vector128<float> second) => first - second;

        public static Vector128<double> Apply(Vector128<double> first, Vector128<double> second) => first - second;
    }

    internal readonly struct Multiply : IFloatOperation
    {
        public static Vector128<float> Apply(Vector128<float> first, Vector128<float> second) => first * second;

        public static Vector128<double> Apply(Vector128<double> first, Vector128<double> second) => first * second;
    }

    internal readonly struct Divide : IFloatOperation
    {
        public static Vector128<float> Apply(Vector128<float> first, Vector128<float> second) => first / second;

        public static Vector128<double> Apply(Vector128<double> first, Vector128<double> second) => first / second;
    }

    /// <summary>The second operand unless the first is really smaller: so with NaN and with two zeros.</summary>
    internal readonly struct Minimum : IFloatOperation
    {
        public static Vector128<float> Apply(Vector128<float> first, Vector128<float> second) =>
            Vector128.ConditionalSelect(Vector128.LessThan(first, second), first, second);

        public static Vector128<double> Apply(Vector128<double> first, Vector128<double> second) =>
            Vector128.ConditionalSelect(Vector128.LessThan(first, second), first, second);
    }

    /// <summary>The second operand unless the first is really greater.</summary>
    internal readonly struct Maximum : IFloatOperation
    {
        public static Vector128<float> Apply(Vector128<float> first, Vector128<float> second) =>
            Vector128.ConditionalSelect(Vector128.GreaterThan(first, second), first, second);

        public static Vector128<double> Apply(Vector128<double> first, Vector128<double> second) =>
            Vector128.ConditionalSelect(Vector128.GreaterThan(first, second), first, second);
    }

    internal readonly struct SquareRoot : IFloatOperation
    {
        public static Vector128<float> Apply(Vector128<float> first, Vector128<float> second) => Vector128.Sqrt(second);

        public static Vector128<double> Apply(Vector128<double> first, Vector128<double> second) => Vector128.Sqrt(second);
    }

    [Instruction<Add>(Code.Addps_xmm_xmmm128)]
    [Instruction<Subtract>(Code.Subps_xmm_xmmm128)]
    [Instruction<Multiply>(Code.Mulps_xmm_xmmm128)]
    [Instruction<Divide>(Code.Divps_xmm_xmmm128)]
    [Instruction<Minimum>(Code.Minps_xmm_xmmm128)]
    [Instruction<Maximum>(Code.Maxps_xmm_xmmm128)]
    [Instruction<SquareRoot>(Code.Sqrtps_xmm_xmmm128)]
    public static DecodedInstruction* PackedSingle<TOperation, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TOperation : struct, IFloatOperation
        where TSecond : struct, IOperand
    {
        byte* source;
        if (!Sse.IsArithmeticAvailable(cpu, op) || (source = Sse.Source<TSecond>(cpu, op, op->Second)) == null)
        {
            return null;
        }

        ref Vector128<float> first = ref Sse.Register<float>(cpu, op->First);
        first = TOperation.Apply(first, *(Vector128<float>*)source);
        return op + 1;
    }

    [Instruction<Add>(Code.Addpd_xmm_xmmm128)]
    [Instruction<Subtract>(Code.Subpd_xmm_xmmm128)]
    [Instruction<Multiply>(Code.Mulpd_xmm_xmmm128)]
    [Instruction<Divide>(Code.Divpd_xmm_xmmm128)]
    [Instruction<Minimum>(Code.Minpd_xmm_xmmm128)]
    [Instruction<Maximum>(Code.Maxpd_xmm_xmmm128)]
    [Instruction<SquareRoot>(Code.Sqrtpd_xmm_xmmm128)]
    public static DecodedInstruction* PackedDouble<TOperation, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TOperation : struct, IFloatOperation
        where TSecond : struct, IOperand
    {
        byte* source;
        if (!Sse.IsArithmeticAvailable(cpu, op) || (source = Sse.Source<TSecond>(cpu, op, op->Second)) == null)
        {
            return null;
        }

        ref Vector128<double> first = ref Sse.Register<double>(cpu, op->First);
        first = TOperation.Apply(first, *(Vector128<double>*)source);
        return op + 1;
    }

    [Instruction<Add>(Code.Addss_xmm_xmmm32)]
    [Instruction<Subtract>(Code.Subss_xmm_xmmm32)]
    [Instruction<Multiply>(Code.Mulss_xmm_xmmm32)]
    [Instruction<Divide>(Code.Divss_xmm_xmmm32)]
    [Instruction<Minimum>(Code.Minss_xmm_xmmm32)]
    [Instruction<Maximum>(Code.Maxss_xmm_xmmm32)]
    [Instruction<SquareRoot>(Code.Sqrtss_xmm_xmmm32)]
    public static DecodedInstruction* ScalarSingle<TOperation, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TOperation : struct, IFloatOperation
        where TSecond : struct, IOperand
    {
        if (!Sse.IsArithmeticAvailable(cpu, op) || !TSecond.TryRead<uint>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        float* first = (float*)((byte*)cpu + op->First);
        Vector128<float> second = Vector128.CreateScalar(BitConverter.UInt32BitsToSingle((uint)value));
        *first = TOperation.Apply(Vector128.CreateScalar(*first), second).ToScalar();
        return op + 1;
    }

    [Instruction<Add>(Code.Addsd_xmm_xmmm64)]
    [Instruction<Subtract>(Code.Subsd_xmm_xmmm64)]
    [Instruction<Multiply>(Code.Mulsd_xmm_xmmm64)]
    [Instruction<Divide>(Code.Divsd_xmm_xmmm64)]
    [Instruction<Minimum>(Code.Minsd_xmm_xmmm64)]
    [Instruction<Maximum>(Code.Maxsd_xmm_xmmm64)]
    [Instruction<SquareRoot>(Code.Sqrtsd_xmm_xmmm64)]
    public static DecodedInstruction* ScalarDouble<TOperation, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TOperation : struct, IFloatOperation
        where TSecond : struct, IOperand
    {
        if (!Sse.IsArithmeticAvailable(cpu, op) || !TSecond.TryRead<ulong>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        double* first = (double*)((byte*)cpu + op->First);
        Vector128<double> second = Vector128.CreateScalar(BitConverter.UInt64BitsToDouble(value));
        *first = TOperation.Apply(Vector128.CreateScalar(*first), second).ToScalar();
        return op + 1;
    }
}
