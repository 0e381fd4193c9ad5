using System.Runtime.CompilerServices;

namespace System.Threading;

/// <summary>Atomic operations; the compiler replaces the recursive bodies with locked instructions.</summary>
public static class Interlocked
{
    [Intrinsic]
    public static int CompareExchange(ref int location, int value, int comparand) => CompareExchange(ref location, value, comparand);

    [Intrinsic]
    public static long CompareExchange(ref long location, long value, long comparand) => CompareExchange(ref location, value, comparand);

    [Intrinsic]
    public static int Exchange(ref int location, int value) => Exchange(ref location, value);

    [Intrinsic]
    public static long Exchange(ref long location, long value) => Exchange(ref location, value);

    [Intrinsic]
    private static int ExchangeAdd(ref int location, int value) => ExchangeAdd(ref location, value);

    [Intrinsic]
    private static long ExchangeAdd(ref long location, long value) => ExchangeAdd(ref location, value);

    [Intrinsic]
    public static void MemoryBarrier() => MemoryBarrier();

    public static ulong Exchange(ref ulong location, ulong value) =>
        (ulong)Exchange(ref Unsafe.As<ulong, long>(ref location), (long)value);

    public static ulong CompareExchange(ref ulong location, ulong value, ulong comparand) =>
        (ulong)CompareExchange(ref Unsafe.As<ulong, long>(ref location), (long)value, (long)comparand);

    public static int Add(ref int location, int value) => ExchangeAdd(ref location, value) + value;

    public static long Add(ref long location, long value) => ExchangeAdd(ref location, value) + value;

    public static int Increment(ref int location) => Add(ref location, 1);

    public static int Decrement(ref int location) => Add(ref location, -1);
}
