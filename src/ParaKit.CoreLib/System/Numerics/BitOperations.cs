namespace System.Numerics;

/// <summary>Bit counting; plain code, because the baseline instruction set has neither POPCNT nor LZCNT.</summary>
public static class BitOperations
{
    public static int PopCount(ulong value)
    {
        value -= (value >> 1) & 0x5555555555555555;
        value = (value & 0x3333333333333333) + ((value >> 2) & 0x3333333333333333);
        value = (value + (value >> 4)) & 0x0f0f0f0f0f0f0f0f;
        return (int)((value * 0x0101010101010101) >> 56);
    }

    public static int PopCount(uint value) => PopCount((ulong)value);

    /// <summary>Number of zero bits below the lowest one; 64 for zero.</summary>
    public static int TrailingZeroCount(ulong value) => value == 0 ? 64 : PopCount((value & (0 - value)) - 1);

    /// <summary>Number of zero bits below the lowest one; 32 for zero.</summary>
    public static int TrailingZeroCount(uint value) => value == 0 ? 32 : TrailingZeroCount((ulong)value);

    /// <summary>Number of zero bits above the highest one; 64 for zero.</summary>
    public static int LeadingZeroCount(ulong value)
    {
        value |= value >> 1;
        value |= value >> 2;
        value |= value >> 4;
        value |= value >> 8;
        value |= value >> 16;
        value |= value >> 32;
        return 64 - PopCount(value);
    }

    /// <summary>Number of zero bits above the highest one; 32 for zero.</summary>
    public static int LeadingZeroCount(uint value) => LeadingZeroCount((ulong)value) - 32;

    /// <summary>Position of the highest one; 0 for zero.</summary>
    public static int Log2(ulong value) => 63 - LeadingZeroCount(value | 1);

    public static bool IsPow2(ulong value) => value != 0 && (value & (value - 1)) == 0;

    public static ulong RotateLeft(ulong value, int offset) => (value << offset) | (value >> (64 - offset));

    public static uint RotateLeft(uint value, int offset) => (value << offset) | (value >> (32 - offset));

    public static ulong RotateRight(ulong value, int offset) => (value >> offset) | (value << (64 - offset));

    public static uint RotateRight(uint value, int offset) => (value >> offset) | (value << (32 - offset));
}
