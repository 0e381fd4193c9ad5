namespace System;

public abstract class ValueType
{
}

public abstract class Enum : ValueType
{
}

/// <summary>An optional value.</summary>
public struct Nullable<T>
    where T : struct
{
    private readonly bool hasValue;
    internal T value;

    public Nullable(T value)
    {
        this.value = value;
        hasValue = true;
    }

    public readonly bool HasValue => hasValue;

    public readonly T Value
    {
        get
        {
            if (!hasValue)
            {
                Internal.Runtime.CompilerHelpers.ThrowHelpers.Fail("a null Nullable<T> has no value");
            }

            return value;
        }
    }

    public readonly T GetValueOrDefault() => value;

    public readonly T GetValueOrDefault(T defaultValue) => hasValue ? value : defaultValue;

    public static implicit operator T?(T value) => new T?(value);

    public static explicit operator T(T? value) => value.Value;
}

public struct ValueTuple
{
}

public struct ValueTuple<T1, T2>(T1 item1, T2 item2)
{
    public T1 Item1 = item1;
    public T2 Item2 = item2;
}

public struct ValueTuple<T1, T2, T3>(T1 item1, T2 item2, T3 item3)
{
    public T1 Item1 = item1;
    public T2 Item2 = item2;
    public T3 Item3 = item3;
}

public struct RuntimeTypeHandle
{
    private nint _value;
}

public struct RuntimeMethodHandle
{
    private nint _value;
}

public struct RuntimeFieldHandle
{
    private nint _value;
}

public interface IDisposable
{
    void Dispose();
}

public interface IEquatable<T>
{
    bool Equals(T other);
}

public interface IComparable<in T>
{
    int CompareTo(T other);
}

/// <summary>An index from the start or, with '^', from the end.</summary>
public readonly struct Index
{
    private readonly int _value;

    public Index(int value, bool fromEnd = false) => _value = fromEnd ? ~value : value;

    public int GetOffset(int length) => _value < 0 ? _value + length + 1 : _value;

    public static implicit operator Index(int value) => new(value);
}

/// <summary>A range of indexes, "a..b".</summary>
public readonly struct Range(Index start, Index end)
{
    public Index Start { get; } = start;

    public Index End { get; } = end;

    public static Range All => new(new Index(0), new Index(0, fromEnd: true));

    public static Range StartAt(Index start) => new(start, new Index(0, fromEnd: true));

    public static Range EndAt(Index end) => new(new Index(0), end);
}
