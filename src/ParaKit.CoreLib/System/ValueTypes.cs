using System.Runtime;
using Internal.Runtime;

namespace System;

/// <summary>Base of values. Two boxes are equal when they hold the same type and equal fields.</summary>
public abstract unsafe class ValueType
{
    private const int FieldCount = -1;
    private const int CompareBytes = -1;

    /// <summary>
    /// Overridden by ilc, which knows the name, in every type of which equal values may have unequal bytes (references, floating point, padding): the number of
    /// fields for <see cref="FieldCount"/>, else a field's offset and type.
    /// </summary>
    internal virtual int __GetFieldHelper(int index, out MethodTable* type)
    {
        type = null;
        return CompareBytes;
    }

    public override bool Equals(object other)
    {
        if (other == null || other.m_pEEType != m_pEEType)
        {
            return false;
        }

        byte* left = RuntimeExports.DataOf(this);
        byte* right = RuntimeExports.DataOf(other);
        int fields = __GetFieldHelper(FieldCount, out _);
        return fields == CompareBytes ? AreSame(left, right, RuntimeExports.SizeOf(m_pEEType)) : AreFieldsEqual(left, right, fields);
    }

    // Nothing here looks values up by hash.
    public override int GetHashCode() => 0;

    private static bool AreSame(byte* left, byte* right, nuint size)
    {
        for (nuint i = 0; i < size; i++)
        {
            if (left[i] != right[i])
            {
                return false;
            }
        }

        return true;
    }

    private bool AreFieldsEqual(byte* left, byte* right, int fields)
    {
        for (int i = 0; i < fields; i++)
        {
            int offset = __GetFieldHelper(i, out MethodTable* type);
            object field = RuntimeExports.BoxAny(type, left + offset);
            object other = RuntimeExports.BoxAny(type, right + offset);
            if (field == null ? other != null : !field.Equals(other))
            {
                return false;
            }
        }

        return true;
    }
}

public abstract unsafe class Enum : ValueType
{
    // As that of the number, which ilc calls where it knows the type.
    public override int GetHashCode()
    {
        byte* value = RuntimeExports.DataOf(this);
        bool isSigned = MethodTable.IsSigned(m_pEEType);
        return RuntimeExports.SizeOf(m_pEEType) switch
        {
            1 => isSigned ? *(sbyte*)value : *value,
            2 => isSigned ? *(short*)value : *(ushort*)value,
            4 => *(int*)value,
            _ => (*(long*)value).GetHashCode(),
        };
    }
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

    // A box never holds a Nullable<T>, only a value or nothing.
    public override readonly bool Equals(object other) => hasValue ? value.Equals(other) : other == null;

    public override readonly int GetHashCode() => hasValue ? value.GetHashCode() : 0;

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
