using System.Collections;
using System.Collections.Generic;

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

/// <summary>What the compiler instantiates for T[].</summary>
public class Array<T> : Array
{
}
