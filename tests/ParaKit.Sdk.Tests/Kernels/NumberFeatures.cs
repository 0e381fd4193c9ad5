using System;
using System.Numerics;
using System.Runtime.CompilerServices;

internal static class NumberFeatures
{
    internal static void Run()
    {
        Wide();
        Bits();
        Arithmetic();
        Floating();
    }

    private static void Wide()
    {
        ulong high = Math.BigMul(Hide(0xfedcba9876543210UL), 0x0123456789abcdef, out ulong low);
        Features.Check("Math.BigMul", high == 0x0121fa00ad77d742 && low == 0x2236d88fe5618cf0);
        Features.Check("Math.BigMul of the largest", Math.BigMul(ulong.MaxValue, ulong.MaxValue, out low) == ulong.MaxValue - 1 && low == 1);
        Features.Check("checked within range", checked(Hide(1L << 40) * 1000) == 1099511627776000 && checked(Hide(uint.MaxValue) + 0u) == uint.MaxValue);
        Features.Check("checked at the edges", checked(Hide(long.MinValue) * 1) == long.MinValue && checked((int)Hide(-2147483648L)) == int.MinValue);
        Features.Check("unchecked wraps", unchecked(Hide(int.MaxValue) + 1) == int.MinValue);
        Features.Check("Min, Max, Clamp, Abs", Math.Min(Hide(-3), 2) == -3 && Math.Max(3UL, Hide(9UL)) == 9 && Math.Clamp(Hide(50), 1, 9) == 9 && Math.Abs(Hide(-7L)) == 7);
    }

    /// <summary>Against the definition: count bit by bit.</summary>
    private static void Bits()
    {
        bool right = true;
        ulong value = 0x9e3779b97f4a7c15;
        for (int i = 0; i < 200; i++)
        {
            ulong sample = i < 65 ? (i == 0 ? 0 : 1UL << (i - 1)) : value >> (i & 63);
            value = (value * 6364136223846793005) + 1442695040888963407;
            Count(sample, out int ones, out int leading, out int trailing);
            right &= BitOperations.PopCount(sample) == ones && BitOperations.LeadingZeroCount(sample) == leading && BitOperations.TrailingZeroCount(sample) == trailing;
            right &= BitOperations.IsPow2(sample) == (ones == 1) && BitOperations.Log2(sample) == (sample == 0 ? 0 : 63 - leading);
            right &= BitOperations.RotateLeft(sample, i & 63) == BitOperations.RotateRight(sample, (64 - i) & 63);
        }

        Features.Check("BitOperations", right);
        Features.Check("BitOperations on 32 bits", BitOperations.LeadingZeroCount(1u) == 31 && BitOperations.TrailingZeroCount(0u) == 32 && BitOperations.PopCount(uint.MaxValue) == 32);
        Features.Check("rotation", BitOperations.RotateLeft(0x80000001u, 4) == 0x18 && BitOperations.RotateRight(0x18u, 4) == 0x80000001);
    }

    private static void Count(ulong value, out int ones, out int leading, out int trailing)
    {
        ones = 0;
        leading = 64;
        trailing = 64;
        for (int i = 0; i < 64; i++)
        {
            if (((value >> i) & 1) != 0)
            {
                ones++;
                leading = 63 - i;
                trailing = trailing == 64 ? i : trailing;
            }
        }
    }

    private static void Arithmetic()
    {
        Features.Check("division", Hide(-7) / 2 == -3 && Hide(-7) % 3 == -1 && Hide(ulong.MaxValue) / 10 == 1844674407370955161 && Hide(long.MinValue) / 2 == -4611686018427387904);
        Features.Check("shifts", Hide(-8) >> 1 == -4 && Hide(-8) >>> 28 == 15 && Hide(1UL) << 63 == 0x8000000000000000 && Hide(1) << 33 == 2);
        Features.Check("narrowing", (byte)Hide(0x1ff) == 0xff && (sbyte)Hide(0x80) == -128 && (short)Hide(0x18000) == -32768);
        Features.Check("enums", Hide(Color.Green) == Color.Green && (int)(Color.Green | Color.Blue) == 6);
    }

    private static void Floating()
    {
        double third = Hide(1.0) / 3;
        Features.Check("doubles", third * 3 == 1.0 && (long)(Hide(2.5) * 4) == 10 && Hide(-1.5) < 0 && (double)Hide(7) == 7.0);
        Features.Check("floats", Hide(1.5f) + 2 == 3.5f && (int)Hide(-2.9f) == -2 && (float)Hide(1UL << 40) == 1099511627776f);
        Features.Check("unsigned conversions", (ulong)Hide(1.8e19) == 18000000000000000000 && (double)Hide(ulong.MaxValue) == 18446744073709551616.0);
        Features.Check("not a number", Hide(double0) / double0 != Hide(double0) / double0);
    }

    private static readonly double double0 = Hide(0.0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T Hide<T>(T value) => value;

    [Flags]
    private enum Color
    {
        Red = 1,
        Green = 2,
        Blue = 4,
    }
}
