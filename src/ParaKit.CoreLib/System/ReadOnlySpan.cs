using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Internal.Runtime.CompilerHelpers;

namespace System;

/// <summary>A bounds-checked, read-only window onto memory.</summary>
public readonly ref struct ReadOnlySpan<T>
{
    private readonly ref T _reference;
    private readonly int _length;

    public ReadOnlySpan(T[] array)
    {
        if (array == null)
        {
            this = default;
            return;
        }

        _reference = ref MemoryMarshal.GetArrayDataReference(array);
        _length = array.Length;
    }

    public ReadOnlySpan(T[] array, int start, int length)
    {
        SpanHelpers.CheckRange(start, length, array.Length);
        _reference = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), start);
        _length = length;
    }

    public unsafe ReadOnlySpan(void* pointer, int length)
    {
        SpanHelpers.CheckRange(0, length, int.MaxValue);
        _reference = ref Unsafe.As<byte, T>(ref *(byte*)pointer);
        _length = length;
    }

    internal ReadOnlySpan(ref T reference, int length)
    {
        _reference = ref reference;
        _length = length;
    }

    public int Length => _length;

    public bool IsEmpty => _length == 0;

    public ref readonly T this[int index]
    {
        [Intrinsic]
        get
        {
            if ((uint)index >= (uint)_length)
            {
                ThrowHelpers.ThrowIndexOutOfRangeException();
            }

            return ref Unsafe.Add(ref _reference, index);
        }
    }

    public ref readonly T GetPinnableReference() => ref _reference;

    public void CopyTo(Span<T> destination)
    {
        SpanHelpers.CheckRange(0, _length, destination.Length);
        // Backwards when the ranges overlap with the destination above.
        if ((nuint)(nint)Unsafe.ByteOffset(ref _reference, ref destination.GetPinnableReference()) < (nuint)_length * (nuint)Unsafe.SizeOf<T>())
        {
            for (int i = _length - 1; i >= 0; i--)
            {
                destination[i] = Unsafe.Add(ref _reference, i);
            }

            return;
        }

        for (int i = 0; i < _length; i++)
        {
            destination[i] = Unsafe.Add(ref _reference, i);
        }
    }

    public ReadOnlySpan<T> Slice(int start) => Slice(start, _length - start);

    public ReadOnlySpan<T> Slice(int start, int length)
    {
        SpanHelpers.CheckRange(start, length, _length);
        return new ReadOnlySpan<T>(ref Unsafe.Add(ref _reference, start), length);
    }

    public Enumerator GetEnumerator() => new(this);

    public static implicit operator ReadOnlySpan<T>(T[] array) => new(array);

    /// <summary>Enumerates by read-only reference.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<T> _span;
        private int _index;

        internal Enumerator(ReadOnlySpan<T> span)
        {
            _span = span;
            _index = -1;
        }

        public readonly ref readonly T Current => ref _span[_index];

        public bool MoveNext() => ++_index < _span.Length;
    }
}

/// <summary>Views of strings and comparisons on spans.</summary>
public static class MemoryExtensions
{
    public static ReadOnlySpan<char> AsSpan(this string text) =>
        (object)text == null ? default : new ReadOnlySpan<char>(ref Unsafe.AsRef(in text.GetPinnableReference()), text.Length);

    public static ReadOnlySpan<char> AsSpan(this string text, int start) => text.AsSpan().Slice(start);

    public static ReadOnlySpan<char> AsSpan(this string text, int start, int length) => text.AsSpan().Slice(start, length);

    public static Span<T> AsSpan<T>(this T[] array) => new(array);

    public static Span<T> AsSpan<T>(this T[] array, int start, int length) => new Span<T>(array).Slice(start, length);

    public static bool SequenceEqual<T>(this ReadOnlySpan<T> left, ReadOnlySpan<T> right)
        where T : unmanaged
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> first = MemoryMarshal.AsBytes(left);
        ReadOnlySpan<byte> second = MemoryMarshal.AsBytes(right);
        for (int i = 0; i < first.Length; i++)
        {
            if (first[i] != second[i])
            {
                return false;
            }
        }

        return true;
    }
}
