using System.Runtime.Intrinsics;
using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>Conversions between integers, singles and doubles. What does not fit becomes the "integer indefinite" value.</summary>
internal static unsafe class SseConversions
{
    [Instruction(Code.Cvtsi2sd_xmm_rm32, Code.Cvtsi2sd_xmm_rm64)]
    public static DecodedInstruction* Cvtsi2sd<TOther, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TOther : unmanaged
        where TSecond : struct, IOperand
    {
        if (!Sse.IsArithmeticAvailable(cpu, op) || !TSecond.TryRead<TOther>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        *(double*)((byte*)cpu + op->First) = (long)Width.SignExtend<TOther>(value);
        return op + 1;
    }

    [Instruction(Code.Cvtsi2ss_xmm_rm32, Code.Cvtsi2ss_xmm_rm64)]
    public static DecodedInstruction* Cvtsi2ss<TOther, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TOther : unmanaged
        where TSecond : struct, IOperand
    {
        if (!Sse.IsArithmeticAvailable(cpu, op) || !TSecond.TryRead<TOther>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        *(float*)((byte*)cpu + op->First) = (long)Width.SignExtend<TOther>(value);
        return op + 1;
    }

    [Instruction(Code.Cvttsd2si_r32_xmmm64, Code.Cvttsd2si_r64_xmmm64)]
    public static DecodedInstruction* Cvttsd2si<T, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TSecond : struct, IOperand => FromDouble<T, TSecond>(cpu, op, truncate: true);

    [Instruction(Code.Cvtsd2si_r32_xmmm64, Code.Cvtsd2si_r64_xmmm64)]
    public static DecodedInstruction* Cvtsd2si<T, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TSecond : struct, IOperand => FromDouble<T, TSecond>(cpu, op, truncate: false);

    [Instruction(Code.Cvttss2si_r32_xmmm32, Code.Cvttss2si_r64_xmmm32)]
    public static DecodedInstruction* Cvttss2si<T, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TSecond : struct, IOperand => FromSingle<T, TSecond>(cpu, op, truncate: true);

    [Instruction(Code.Cvtss2si_r32_xmmm32, Code.Cvtss2si_r64_xmmm32)]
    public static DecodedInstruction* Cvtss2si<T, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where T : unmanaged
        where TSecond : struct, IOperand => FromSingle<T, TSecond>(cpu, op, truncate: false);

    [Instruction(Code.Cvtss2sd_xmm_xmmm32)]
    public static DecodedInstruction* Cvtss2sd<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        if (!Sse.IsArithmeticAvailable(cpu, op) || !TSecond.TryRead<uint>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        *(double*)((byte*)cpu + op->First) = BitConverter.UInt32BitsToSingle((uint)value);
        return op + 1;
    }

    [Instruction(Code.Cvtsd2ss_xmm_xmmm64)]
    public static DecodedInstruction* Cvtsd2ss<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        if (!Sse.IsArithmeticAvailable(cpu, op) || !TSecond.TryRead<ulong>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        *(float*)((byte*)cpu + op->First) = (float)BitConverter.UInt64BitsToDouble(value);
        return op + 1;
    }

    [Instruction(Code.Cvtps2pd_xmm_xmmm64)]
    public static DecodedInstruction* Cvtps2pd<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        if (!Sse.IsArithmeticAvailable(cpu, op) || !TSecond.TryRead<ulong>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        Sse.Register<double>(cpu, op->First) = Vector128.Create(
            (double)BitConverter.UInt32BitsToSingle((uint)value), BitConverter.UInt32BitsToSingle((uint)(value >> 32)));
        return op + 1;
    }

    [Instruction(Code.Cvtdq2pd_xmm_xmmm64)]
    public static DecodedInstruction* Cvtdq2pd<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        if (!Sse.IsArithmeticAvailable(cpu, op) || !TSecond.TryRead<ulong>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        Sse.Register<double>(cpu, op->First) = Vector128.Create((double)(int)value, (int)(value >> 32));
        return op + 1;
    }

    [Instruction(Code.Cvtpd2ps_xmm_xmmm128)]
    public static DecodedInstruction* Cvtpd2ps<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        byte* source;
        if (!Sse.IsArithmeticAvailable(cpu, op) || (source = Sse.Source<TSecond>(cpu, op, op->Second)) == null)
        {
            return null;
        }

        Vector128<double> value = *(Vector128<double>*)source;
        Sse.Register<float>(cpu, op->First) = Vector128.Create((float)value[0], (float)value[1], 0, 0);
        return op + 1;
    }

    [Instruction(Code.Cvtdq2ps_xmm_xmmm128)]
    public static DecodedInstruction* Cvtdq2ps<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand
    {
        byte* source;
        if (!Sse.IsArithmeticAvailable(cpu, op) || (source = Sse.Source<TSecond>(cpu, op, op->Second)) == null)
        {
            return null;
        }

        Sse.Register<float>(cpu, op->First) = Vector128.ConvertToSingle(*(Vector128<int>*)source);
        return op + 1;
    }

    [Instruction(Code.Cvttps2dq_xmm_xmmm128)]
    public static DecodedInstruction* Cvttps2dq<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand => SinglesToIntegers<TSecond>(cpu, op, truncate: true);

    [Instruction(Code.Cvtps2dq_xmm_xmmm128)]
    public static DecodedInstruction* Cvtps2dq<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand => SinglesToIntegers<TSecond>(cpu, op, truncate: false);

    [Instruction(Code.Cvttpd2dq_xmm_xmmm128)]
    public static DecodedInstruction* Cvttpd2dq<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand => DoublesToIntegers<TSecond>(cpu, op, truncate: true);

    [Instruction(Code.Cvtpd2dq_xmm_xmmm128)]
    public static DecodedInstruction* Cvtpd2dq<TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TSecond : struct, IOperand => DoublesToIntegers<TSecond>(cpu, op, truncate: false);

    private static DecodedInstruction* FromDouble<T, TSecond>(CpuState* cpu, DecodedInstruction* op, bool truncate)
        where T : unmanaged
        where TSecond : struct, IOperand
    {
        if (!Sse.IsArithmeticAvailable(cpu, op) || !TSecond.TryRead<ulong>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        RegisterOperand.TryWrite<T>(cpu, op, op->First, ToInteger<T>(BitConverter.UInt64BitsToDouble(value), truncate));
        return op + 1;
    }

    private static DecodedInstruction* FromSingle<T, TSecond>(CpuState* cpu, DecodedInstruction* op, bool truncate)
        where T : unmanaged
        where TSecond : struct, IOperand
    {
        if (!Sse.IsArithmeticAvailable(cpu, op) || !TSecond.TryRead<uint>(cpu, op, op->Second, out ulong value))
        {
            return null;
        }

        // Every single is exactly a double.
        float single = BitConverter.UInt32BitsToSingle((uint)value);
        RegisterOperand.TryWrite<T>(cpu, op, op->First, ToInteger<T>(single, truncate));
        return op + 1;
    }

    private static DecodedInstruction* SinglesToIntegers<TSecond>(CpuState* cpu, DecodedInstruction* op, bool truncate)
        where TSecond : struct, IOperand
    {
        byte* source;
        if (!Sse.IsArithmeticAvailable(cpu, op) || (source = Sse.Source<TSecond>(cpu, op, op->Second)) == null)
        {
            return null;
        }

        uint* result = (uint*)((byte*)cpu + op->First);
        for (int i = 0; i < Vector128<float>.Count; i++)
        {
            result[i] = (uint)ToInteger<uint>(((float*)source)[i], truncate);
        }

        return op + 1;
    }

    private static DecodedInstruction* DoublesToIntegers<TSecond>(CpuState* cpu, DecodedInstruction* op, bool truncate)
        where TSecond : struct, IOperand
    {
        byte* source;
        if (!Sse.IsArithmeticAvailable(cpu, op) || (source = Sse.Source<TSecond>(cpu, op, op->Second)) == null)
        {
            return null;
        }

        (double low, double high) = (((double*)source)[0], ((double*)source)[1]);
        Sse.Register<uint>(cpu, op->First) = Vector128.Create(
            (uint)ToInteger<uint>(low, truncate), (uint)ToInteger<uint>(high, truncate), 0, 0);
        return op + 1;
    }

    /// <summary>Truncates or rounds to nearest even; NaN and values out of range give the smallest integer.</summary>
    private static ulong ToInteger<T>(double value, bool truncate)
        where T : unmanaged
    {
        double rounded = truncate ? Math.Truncate(value) : Math.Round(value, MidpointRounding.ToEven);
        double limit = sizeof(T) == sizeof(ulong) ? 9223372036854775808.0 : 2147483648.0;
        bool fits = rounded >= -limit && rounded < limit;
        return fits ? (ulong)(long)rounded : 1ul << (Width.Bits<T>() - 1);
    }
}
