using Internal.Runtime.CompilerHelpers;

namespace System;

/// <summary>Integer mathematics, and the checked helpers that the compiler calls.</summary>
public static class Math
{
    public static int Min(int left, int right) => left < right ? left : right;

    public static uint Min(uint left, uint right) => left < right ? left : right;

    public static long Min(long left, long right) => left < right ? left : right;

    public static ulong Min(ulong left, ulong right) => left < right ? left : right;

    public static int Max(int left, int right) => left > right ? left : right;

    public static uint Max(uint left, uint right) => left > right ? left : right;

    public static long Max(long left, long right) => left > right ? left : right;

    public static ulong Max(ulong left, ulong right) => left > right ? left : right;

    public static int Abs(int value) => value < 0 ? -value : value;

    public static long Abs(long value) => value < 0 ? -value : value;

    public static int Sign(long value) => value < 0 ? -1 : value > 0 ? 1 : 0;

    public static ulong Clamp(ulong value, ulong low, ulong high) => value < low ? low : value > high ? high : value;

    public static int Clamp(int value, int low, int high) => value < low ? low : value > high ? high : value;

    /// <summary>High half of the 128-bit product; <paramref name="low"/> receives the low half.</summary>
    public static ulong BigMul(ulong left, ulong right, out ulong low)
    {
        ulong leftLow = (uint)left;
        ulong leftHigh = left >> 32;
        ulong rightLow = (uint)right;
        ulong rightHigh = right >> 32;
        ulong lowLow = leftLow * rightLow;
        ulong highLow = (leftHigh * rightLow) + (lowLow >> 32);
        ulong lowHigh = (leftLow * rightHigh) + (uint)highLow;
        low = left * right;
        return (leftHigh * rightHigh) + (highLow >> 32) + (lowHigh >> 32);
    }

    private static long MultiplyChecked(long left, long right)
    {
        long product = left * right;
        // The lowest number by -1 first: dividing it by -1 faults.
        if (left != 0 && ((left == -1 && right == long.MinValue) || product / left != right))
        {
            ThrowHelpers.ThrowOverflowException();
        }

        return product;
    }

    private static ulong MultiplyChecked(ulong left, ulong right)
    {
        if (BigMul(left, right, out ulong low) != 0)
        {
            ThrowHelpers.ThrowOverflowException();
        }

        return low;
    }

    private static int ConvertToInt32Checked(double value)
    {
        if (!(value > -2147483649.0 && value < 2147483648.0))
        {
            ThrowHelpers.ThrowOverflowException();
        }

        return (int)value;
    }

    private static uint ConvertToUInt32Checked(double value)
    {
        if (!(value > -1.0 && value < 4294967296.0))
        {
            ThrowHelpers.ThrowOverflowException();
        }

        return (uint)value;
    }

    private static long ConvertToInt64Checked(double value)
    {
        if (!(value >= -9223372036854775808.0 && value < 9223372036854775808.0))
        {
            ThrowHelpers.ThrowOverflowException();
        }

        return (long)value;
    }

    private static ulong ConvertToUInt64Checked(double value)
    {
        if (!(value > -1.0 && value < 18446744073709551616.0))
        {
            ThrowHelpers.ThrowOverflowException();
        }

        return (ulong)value;
    }
}
