using System.Collections;
using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace System;

/// <summary>Base of all arrays; the compiler derives vectors from <see cref="Array{T}"/>.</summary>
public abstract class Array
{
    // Set by the allocation helper.
    internal int _numComponents;

    public int Length => _numComponents;

    public static void Clear<T>(T[] array) => new Span<T>(array).Clear();

    public static void Copy<T>(T[] source, T[] destination, int length) =>
        new ReadOnlySpan<T>(source, 0, length).CopyTo(new Span<T>(destination));

    public static T[] Empty<T>() => new T[0];
}

/// <summary>
/// What the compiler instantiates for T[]. An array has this type's interfaces, so in their methods 'this' is the array.
/// </summary>
public class Array<T> : Array, IEnumerable<T>
{
    IEnumerator<T> IEnumerable<T>.GetEnumerator() => new ArrayEnumerator<T>(Unsafe.As<T[]>(this));

    IEnumerator IEnumerable.GetEnumerator() => new ArrayEnumerator<T>(Unsafe.As<T[]>(this));
}

internal sealed class ArrayEnumerator<T>(T[] array) : IEnumerator<T>
{
    private int _index = -1;

    public T Current => array[_index];

    object IEnumerator.Current => array[_index];

    public bool MoveNext() => ++_index < array.Length;

    public void Reset() => _index = -1;
}
