using System.Runtime.CompilerServices;

namespace System.Runtime.InteropServices;

/// <summary>Spans over arbitrary memory and reinterpretation of spans.</summary>
public static class MemoryMarshal
{
    public static Span<T> CreateSpan<T>(ref T reference, int length) => new(ref reference, length);

    public static ReadOnlySpan<T> CreateReadOnlySpan<T>(ref readonly T reference, int length) => new(ref Unsafe.AsRef(in reference), length);

    [Intrinsic]
    public static ref T GetArrayDataReference<T>(T[] array) => ref Unsafe.As<byte, T>(ref Unsafe.As<RawArrayData>(array).Data);

    public static ref T GetReference<T>(Span<T> span) => ref span.GetPinnableReference();

    public static ref T GetReference<T>(ReadOnlySpan<T> span) => ref Unsafe.AsRef(in span.GetPinnableReference());

    public static ReadOnlySpan<byte> AsBytes<T>(ReadOnlySpan<T> span)
        where T : unmanaged =>
        new(ref Unsafe.As<T, byte>(ref GetReference(span)), checked(span.Length * Unsafe.SizeOf<T>()));

    public static Span<byte> AsBytes<T>(Span<T> span)
        where T : unmanaged =>
        new(ref Unsafe.As<T, byte>(ref GetReference(span)), checked(span.Length * Unsafe.SizeOf<T>()));

    public static ReadOnlySpan<TTo> Cast<TFrom, TTo>(ReadOnlySpan<TFrom> span)
        where TFrom : unmanaged
        where TTo : unmanaged =>
        new(ref Unsafe.As<TFrom, TTo>(ref GetReference(span)), checked((int)((long)span.Length * Unsafe.SizeOf<TFrom>() / Unsafe.SizeOf<TTo>())));

    public static T Read<T>(ReadOnlySpan<byte> source)
        where T : unmanaged
    {
        SpanHelpers.CheckRange(0, Unsafe.SizeOf<T>(), source.Length);
        return Unsafe.As<byte, T>(ref GetReference(source));
    }
}
