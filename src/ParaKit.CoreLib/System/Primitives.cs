namespace System;

// The primitive types. Their values are what the compiler puts into the single field; operators are compiler built-ins.

public struct Void
{
}

public struct Boolean
{
    private bool m_value;
}

public struct Char
{
    private char m_value;

    public const char MaxValue = '\uffff';
    public const char MinValue = '\0';

    public static bool IsDigit(char c) => (uint)(c - '0') <= 9;
}

public struct SByte
{
    private sbyte m_value;

    public const sbyte MaxValue = 127;
    public const sbyte MinValue = -128;
}

public struct Byte
{
    private byte m_value;

    public const byte MaxValue = 255;
    public const byte MinValue = 0;
}

public struct Int16
{
    private short m_value;

    public const short MaxValue = 0x7fff;
    public const short MinValue = -0x8000;
}

public struct UInt16
{
    private ushort m_value;

    public const ushort MaxValue = 0xffff;
    public const ushort MinValue = 0;
}

public struct Int32 : IEquatable<int>
{
    private int m_value;

    public const int MaxValue = 0x7fffffff;
    public const int MinValue = unchecked((int)0x80000000);

    public bool Equals(int other) => m_value == other;
}

public struct UInt32 : IEquatable<uint>
{
    private uint m_value;

    public const uint MaxValue = 0xffffffff;
    public const uint MinValue = 0;

    public bool Equals(uint other) => m_value == other;
}

public struct Int64 : IEquatable<long>
{
    private long m_value;

    public const long MaxValue = 0x7fffffffffffffff;
    public const long MinValue = unchecked((long)0x8000000000000000);

    public bool Equals(long other) => m_value == other;
}

public struct UInt64 : IEquatable<ulong>
{
    private ulong m_value;

    public const ulong MaxValue = 0xffffffffffffffff;
    public const ulong MinValue = 0;

    public bool Equals(ulong other) => m_value == other;
}

public struct IntPtr
{
    private nint _value;

    public static readonly nint Zero;

    public static int Size => 8;
}

public struct UIntPtr
{
    private nuint _value;

    public static readonly nuint Zero;

    public static int Size => 8;
}

public struct Single
{
    private float m_value;
}

public struct Double
{
    private double m_value;
}
