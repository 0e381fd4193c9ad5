using System.Runtime;
using System.Runtime.CompilerServices;
using Internal.Runtime.CompilerHelpers;

namespace System;

/// <summary>Block operations to which the compiler lowers large copies, clears and fills.</summary>
internal static class SpanHelpers
{
    internal static void CheckRange(int start, int length, int available)
    {
        if ((uint)start > (uint)available || (uint)length > (uint)(available - start))
        {
            ThrowHelpers.ThrowIndexOutOfRangeException();
        }
    }

    [Intrinsic]
    [RuntimeExport("RhSpanHelpers_MemZero")]
    internal static unsafe void ClearWithoutReferences(ref byte destination, nuint length)
    {
        for (nuint i = 0; i < length; i++)
        {
            Unsafe.Add(ref destination, (nint)i) = 0;
        }
    }

    internal static unsafe void ClearWithReferences(ref nint destination, nuint pointers)
    {
        for (nuint i = 0; i < pointers; i++)
        {
            Unsafe.Add(ref destination, (nint)i) = 0;
        }
    }

    [Intrinsic]
    [RuntimeExport("RhSpanHelpers_MemCopy")]
    internal static unsafe void Memmove(ref byte destination, ref byte source, nuint length)
    {
        if ((nuint)(nint)Unsafe.ByteOffset(ref source, ref destination) >= length)
        {
            for (nuint i = 0; i < length; i++)
            {
                Unsafe.Add(ref destination, (nint)i) = Unsafe.Add(ref source, (nint)i);
            }
        }
        else
        {
            for (nuint i = length; i > 0; i--)
            {
                Unsafe.Add(ref destination, (nint)(i - 1)) = Unsafe.Add(ref source, (nint)(i - 1));
            }
        }
    }

    [RuntimeExport("RhSpanHelpers_MemSet")]
    internal static unsafe void Fill(ref byte destination, byte value, nuint length)
    {
        for (nuint i = 0; i < length; i++)
        {
            Unsafe.Add(ref destination, (nint)i) = value;
        }
    }
}

internal static class Buffer
{
    internal static void BulkMoveWithWriteBarrier(ref byte destination, ref byte source, nuint length) =>
        SpanHelpers.Memmove(ref destination, ref source, length);
}
