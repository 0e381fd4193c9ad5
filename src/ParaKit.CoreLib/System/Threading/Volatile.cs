using System.Runtime.CompilerServices;

namespace System.Threading;

/// <summary>Accesses that the compiler neither removes nor moves. On x86 plain loads and stores have acquire and release order.</summary>
public static class Volatile
{
    public static byte Read(ref readonly byte location) => Unsafe.As<byte, VolatileByte>(ref Unsafe.AsRef(in location)).Value;

    public static int Read(ref readonly int location) => Unsafe.As<int, VolatileInt32>(ref Unsafe.AsRef(in location)).Value;

    public static uint Read(ref readonly uint location) => Unsafe.As<uint, VolatileUInt32>(ref Unsafe.AsRef(in location)).Value;

    public static ulong Read(ref readonly ulong location) => (ulong)Unsafe.As<ulong, VolatileWord>(ref Unsafe.AsRef(in location)).Value;

    public static void Write(ref byte location, byte value) => Unsafe.As<byte, VolatileByte>(ref location).Value = value;

    public static void Write(ref int location, int value) => Unsafe.As<int, VolatileInt32>(ref location).Value = value;

    public static void Write(ref uint location, uint value) => Unsafe.As<uint, VolatileUInt32>(ref location).Value = value;

    public static void Write(ref ulong location, ulong value) => Unsafe.As<ulong, VolatileWord>(ref location).Value = (nuint)value;

    private struct VolatileByte
    {
        public volatile byte Value;
    }

    private struct VolatileInt32
    {
        public volatile int Value;
    }

    private struct VolatileUInt32
    {
        public volatile uint Value;
    }

    private struct VolatileWord
    {
        public volatile nuint Value;
    }
}
