using System.Runtime.Intrinsics;
using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>SSE2 operations that combine lanes: interleave, pack, multiply-add, average, sum of differences.</summary>
internal static unsafe class SseCombine
{
    [Instruction<UnpackLow<byte>>(Code.Punpcklbw_xmm_xmmm128)]
    [Instruction<UnpackLow<ushort>>(Code.Punpcklwd_xmm_xmmm128)]
    [Instruction<UnpackLow<uint>>(Code.Punpckldq_xmm_xmmm128, Code.Unpcklps_xmm_xmmm128)]
    [Instruction<UnpackLow<ulong>>(Code.Punpcklqdq_xmm_xmmm128, Code.Unpcklpd_xmm_xmmm128)]
    [Instruction<UnpackHigh<byte>>(Code.Punpckhbw_xmm_xmmm128)]
    [Instruction<UnpackHigh<ushort>>(Code.Punpckhwd_xmm_xmmm128)]
    [Instruction<UnpackHigh<uint>>(Code.Punpckhdq_xmm_xmmm128, Code.Unpckhps_xmm_xmmm128)]
    [Instruction<UnpackHigh<ulong>>(Code.Punpckhqdq_xmm_xmmm128, Code.Unpckhpd_xmm_xmmm128)]
    [Instruction<Packsswb>(Code.Packsswb_xmm_xmmm128)]
    [Instruction<Packssdw>(Code.Packssdw_xmm_xmmm128)]
    [Instruction<Packuswb>(Code.Packuswb_xmm_xmmm128)]
    [Instruction<Pmulhw>(Code.Pmulhw_xmm_xmmm128)]
    [Instruction<Pmulhuw>(Code.Pmulhuw_xmm_xmmm128)]
    [Instruction<Pmaddwd>(Code.Pmaddwd_xmm_xmmm128)]
    [Instruction<Pavgb>(Code.Pavgb_xmm_xmmm128)]
    [Instruction<Pavgw>(Code.Pavgw_xmm_xmmm128)]
    [Instruction<Psadbw>(Code.Psadbw_xmm_xmmm128)]
    public static DecodedInstruction* Combine<TOperation, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TOperation : struct, IPackedOperation
        where TSecond : struct, IOperand =>
        SsePackedInteger.Packed<TOperation, TSecond>(cpu, op);

    internal readonly struct UnpackLow<T> : IPackedOperation
        where T : unmanaged
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Interleave<T>(first, second, 0);
    }

    internal readonly struct UnpackHigh<T> : IPackedOperation
        where T : unmanaged
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Interleave<T>(first, second, Vector128<T>.Count / 2);
    }

    internal readonly struct Packsswb : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.NarrowWithSaturation(first.AsInt16(), second.AsInt16()).AsByte();
    }

    internal readonly struct Packssdw : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.NarrowWithSaturation(first.AsInt32(), second.AsInt32()).AsByte();
    }

    internal readonly struct Packuswb : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second)
        {
            Vector128<short> low = Clamp(first.AsInt16());
            return Vector128.Narrow(low.AsUInt16(), Clamp(second.AsInt16()).AsUInt16());
        }

        private static Vector128<short> Clamp(Vector128<short> value) =>
            Vector128.Min(Vector128.Max(value, Vector128<short>.Zero), Vector128.Create((short)byte.MaxValue));
    }

    internal readonly struct Pmulhw : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second)
        {
            (Vector128<int> firstLow, Vector128<int> firstHigh) = Vector128.Widen(first.AsInt16());
            (Vector128<int> secondLow, Vector128<int> secondHigh) = Vector128.Widen(second.AsInt16());
            return Vector128.Narrow((firstLow * secondLow) >> 16, (firstHigh * secondHigh) >> 16).AsByte();
        }
    }

    internal readonly struct Pmulhuw : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second)
        {
            (Vector128<uint> firstLow, Vector128<uint> firstHigh) = Vector128.Widen(first.AsUInt16());
            (Vector128<uint> secondLow, Vector128<uint> secondHigh) = Vector128.Widen(second.AsUInt16());
            return Vector128.Narrow((firstLow * secondLow) >> 16, (firstHigh * secondHigh) >> 16).AsByte();
        }
    }

    internal readonly struct Pmaddwd : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second)
        {
            Vector128<int> result = default;
            for (int i = 0; i < Vector128<int>.Count; i++)
            {
                int even = first.AsInt16()[2 * i] * second.AsInt16()[2 * i];
                int odd = first.AsInt16()[(2 * i) + 1] * second.AsInt16()[(2 * i) + 1];
                result = result.WithElement(i, unchecked(even + odd));
            }

            return result.AsByte();
        }
    }

    internal readonly struct Pavgb : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second)
        {
            (Vector128<ushort> firstLow, Vector128<ushort> firstHigh) = Vector128.Widen(first);
            (Vector128<ushort> secondLow, Vector128<ushort> secondHigh) = Vector128.Widen(second);
            return Vector128.Narrow(
                (firstLow + secondLow + Vector128<ushort>.One) >> 1, (firstHigh + secondHigh + Vector128<ushort>.One) >> 1);
        }
    }

    internal readonly struct Pavgw : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second)
        {
            (Vector128<uint> firstLow, Vector128<uint> firstHigh) = Vector128.Widen(first.AsUInt16());
            (Vector128<uint> secondLow, Vector128<uint> secondHigh) = Vector128.Widen(second.AsUInt16());
            return Vector128.Narrow(
                (firstLow + secondLow + Vector128<uint>.One) >> 1, (firstHigh + secondHigh + Vector128<uint>.One) >> 1)
                .AsByte();
        }
    }

    internal readonly struct Psadbw : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second)
        {
            Vector128<byte> difference = Vector128.Max(first, second) - Vector128.Min(first, second);
            ulong low = 0;
            ulong high = 0;
            for (int i = 0; i < sizeof(ulong); i++)
            {
                low += difference[i];
                high += difference[i + sizeof(ulong)];
            }

            return Vector128.Create(low, high).AsByte();
        }
    }

    private static Vector128<byte> Interleave<T>(Vector128<byte> first, Vector128<byte> second, int start)
        where T : unmanaged
    {
        Vector128<T> a = first.As<byte, T>();
        Vector128<T> b = second.As<byte, T>();
        T* lanes = stackalloc T[Vector128<T>.Count];
        for (int i = 0; i < Vector128<T>.Count / 2; i++)
        {
            lanes[2 * i] = a[start + i];
            lanes[(2 * i) + 1] = b[start + i];
        }

        return *(Vector128<byte>*)lanes;
    }
}
