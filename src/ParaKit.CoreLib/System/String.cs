using System.Runtime.CompilerServices;
using Internal.Runtime.CompilerHelpers;

namespace System;

/// <summary>An immutable string; literals are frozen into the image by the compiler.</summary>
public sealed class String
{
    // The compiler's own layout: length in UTF-16 units, then the characters and a terminating zero.
    private readonly int _stringLength;
    private readonly char _firstChar;

    public int Length => _stringLength;

    [IndexerName("Chars")]
    public char this[int index]
    {
        [Intrinsic]
        get
        {
            if ((uint)index >= (uint)_stringLength)
            {
                ThrowHelpers.ThrowIndexOutOfRangeException();
            }

            return Unsafe.Add(ref Unsafe.AsRef(in _firstChar), index);
        }
    }

    public ref readonly char GetPinnableReference() => ref _firstChar;

    public static bool operator ==(string left, string right) => Equals(left, right);

    public static bool operator !=(string left, string right) => !Equals(left, right);

    public static bool Equals(string left, string right)
    {
        if ((object)left == right)
        {
            return true;
        }

        return (object)left != null && (object)right != null && ((ReadOnlySpan<char>)left).SequenceEqual(right);
    }

    public override bool Equals(object other) => other is string text && Equals(this, text);

    public override int GetHashCode()
    {
        int hash = 5381;
        for (int i = 0; i < _stringLength; i++)
        {
            hash = (hash * 33) ^ this[i];
        }

        return hash;
    }

    public static implicit operator ReadOnlySpan<char>(string text) => text.AsSpan();

    // The compiler binds foreach to it and then indexes the string instead.
    public CharEnumerator GetEnumerator() => new(this);
}

public struct CharEnumerator
{
    private readonly string _text;
    private int _index;

    internal CharEnumerator(string text)
    {
        _text = text;
        _index = -1;
    }

    public readonly char Current => _text[_index];

    public bool MoveNext() => ++_index < _text.Length;
}
