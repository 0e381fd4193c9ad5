namespace System;

// The primitive types. Their values are what the compiler puts into the single field; operators are compiler built-ins.

public struct Void
{
}

public struct Boolean : IEquatable<bool>
{
    private bool m_value;

    public bool Equals(bool other) => m_value == other;

    public override bool Equals(object other) => other is bool value && Equals(value);

    public override int GetHashCode() => m_value ? 1 : 0;
}

public struct Char : IEquatable<char>
{
    private char m_value;

    public const char MaxValue = '\uffff';
    public const char MinValue = '\0';

    public static bool IsDigit(char c) => (uint)(c - '0') <= 9;

    public bool Equals(char other) => m_value == other;

    public override bool Equals(object other) => other is char value && Equals(value);

    public override int GetHashCode() => m_value;
}

public struct SByte : IEquatable<sbyte>
{
    private sbyte m_value;

    public const sbyte MaxValue = 127;
    public const sbyte MinValue = -128;

    public bool Equals(sbyte other) => m_value == other;

    public override bool Equals(object other) => other is sbyte value && Equals(value);

    public override int GetHashCode() => m_value;
}

public struct Byte : IEquatable<byte>
{
    private byte m_value;

    public const byte MaxValue = 255;
    public const byte MinValue = 0;

    public bool Equals(byte other) => m_value == other;

    public override bool Equals(object other) => other is byte value && Equals(value);

    public override int GetHashCode() => m_value;
}

public struct Int16 : IEquatable<short>
{
    private short m_value;

    public const short MaxValue = 0x7fff;
    public const short MinValue = -0x8000;

    public bool Equals(short other) => m_value == other;

    public override bool Equals(object other) => other is short value && Equals(value);

    public override int GetHashCode() => m_value;
}

public struct UInt16 : IEquatable<ushort>
{
    private ushort m_value;

    public const ushort MaxValue = 0xffff;
    public const ushort MinValue = 0;

    public bool Equals(ushort other) => m_value == other;

    public override bool Equals(object other) => other is ushort value && Equals(value);

    public override int GetHashCode() => m_value;
}

public struct Int32 : IEquatable<int>
{
    private int m_value;

    public const int MaxValue = 0x7fffffff;
    public const int MinValue = unchecked((int)0x80000000);

    public bool Equals(int other) => m_value == other;

    public override bool Equals(object other) => other is int value && Equals(value);

    public override int GetHashCode() => m_value;
}

public struct UInt32 : IEquatable<uint>
{
    private uint m_value;

    public const uint MaxValue = 0xffffffff;
    public const uint MinValue = 0;

    public bool Equals(uint other) => m_value == other;

    public override bool Equals(object other) => other is uint value && Equals(value);

    public override int GetHashCode() => (int)m_value;
}

public struct Int64 : IEquatable<long>
{
    private long m_value;

    public const long MaxValue = 0x7fffffffffffffff;
    public const long MinValue = unchecked((long)0x8000000000000000);

    public bool Equals(long other) => m_value == other;

    public override bool Equals(object other) => other is long value && Equals(value);

    public override int GetHashCode() => (int)m_value ^ (int)(m_value >> 32);
}

public struct UInt64 : IEquatable<ulong>
{
    private ulong m_value;

    public const ulong MaxValue = 0xffffffffffffffff;
    public const ulong MinValue = 0;

    public bool Equals(ulong other) => m_value == other;

    public override bool Equals(object other) => other is ulong value && Equals(value);

    public override int GetHashCode() => (int)m_value ^ (int)(m_value >> 32);
}

public struct IntPtr : IEquatable<nint>
{
    private nint _value;

    public static readonly nint Zero;

    public static int Size => 8;

    public bool Equals(nint other) => _value == other;

    public override bool Equals(object other) => other is nint value && Equals(value);

    public override int GetHashCode() => ((long)_value).GetHashCode();
}

public struct UIntPtr : IEquatable<nuint>
{
    private nuint _value;

    public static readonly nuint Zero;

    public static int Size => 8;

    public bool Equals(nuint other) => _value == other;

    public override bool Equals(object other) => other is nuint value && Equals(value);

    public override int GetHashCode() => ((ulong)_value).GetHashCode();
}

// As .NET's Equals, unlike the operator, takes NaN for equal to NaN.
public struct Single : IEquatable<float>
{
    private float m_value;

    // Nothing else is unequal to itself.
#pragma warning disable CS1718
    public static bool IsNaN(float value) => value != value;
#pragma warning restore CS1718

    public bool Equals(float other) => m_value == other || (IsNaN(m_value) && IsNaN(other));

    public override bool Equals(object other) => other is float value && Equals(value);

    public override int GetHashCode() => (int)m_value;
}

public struct Double : IEquatable<double>
{
    private double m_value;

    // Nothing else is unequal to itself.
#pragma warning disable CS1718
    public static bool IsNaN(double value) => value != value;
#pragma warning restore CS1718

    public bool Equals(double other) => m_value == other || (IsNaN(m_value) && IsNaN(other));

    public override bool Equals(object other) => other is double value && Equals(value);

    public override int GetHashCode() => (int)m_value;
}
