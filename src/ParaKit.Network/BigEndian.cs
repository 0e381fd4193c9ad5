using System;

namespace ParaKit.Network;

/// <summary>Numbers in the byte order of the network.</summary>
public static class BigEndian
{
    /// <summary>Reads two bytes.</summary>
    public static ushort Read16(ReadOnlySpan<byte> bytes, int at) => (ushort)((bytes[at] << 8) | bytes[at + 1]);

    /// <summary>Reads four bytes.</summary>
    public static uint Read32(ReadOnlySpan<byte> bytes, int at) => ((uint)Read16(bytes, at) << 16) | Read16(bytes, at + 2);

    /// <summary>Reads six bytes.</summary>
    public static ulong Read48(ReadOnlySpan<byte> bytes, int at) => ((ulong)Read16(bytes, at) << 32) | Read32(bytes, at + 2);

    /// <summary>Writes two bytes.</summary>
    public static void Write16(Span<byte> bytes, int at, ushort value)
    {
        bytes[at] = (byte)(value >> 8);
        bytes[at + 1] = (byte)value;
    }

    /// <summary>Writes four bytes.</summary>
    public static void Write32(Span<byte> bytes, int at, uint value)
    {
        Write16(bytes, at, (ushort)(value >> 16));
        Write16(bytes, at + 2, (ushort)value);
    }

    /// <summary>Writes six bytes.</summary>
    public static void Write48(Span<byte> bytes, int at, ulong value)
    {
        Write16(bytes, at, (ushort)(value >> 32));
        Write32(bytes, at + 2, (uint)value);
    }
}
