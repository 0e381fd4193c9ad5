using System;

namespace ParaKit.Network;

/// <summary>Bytes that wait, first in, first out, in a ring of fixed size.</summary>
internal sealed class ByteQueue(int capacity)
{
    private readonly byte[] _bytes = new byte[capacity];
    private int _start;

    /// <summary>Bytes that wait.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes that have room.</summary>
    public int Free => _bytes.Length - Count;

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _start = 0;
        Count = 0;
    }

    /// <summary>Adds as many bytes as have room, and returns how many.</summary>
    public int Add(ReadOnlySpan<byte> bytes)
    {
        int added = Math.Min(bytes.Length, Free);
        int at = (_start + Count) % _bytes.Length;
        int first = Math.Min(added, _bytes.Length - at);
        bytes.Slice(0, first).CopyTo(new Span<byte>(_bytes, at, first));
        bytes.Slice(first, added - first).CopyTo(_bytes);
        Count += added;
        return added;
    }

    /// <summary>Copies bytes that stay, all of which wait.</summary>
    public void Peek(int offset, Span<byte> bytes)
    {
        int at = (_start + offset) % _bytes.Length;
        int first = Math.Min(bytes.Length, _bytes.Length - at);
        new ReadOnlySpan<byte>(_bytes, at, first).CopyTo(bytes);
        new ReadOnlySpan<byte>(_bytes, 0, bytes.Length - first).CopyTo(bytes.Slice(first));
    }

    /// <summary>Takes bytes away, all of which wait.</summary>
    public void Remove(int count)
    {
        _start = (_start + count) % _bytes.Length;
        Count -= count;
    }
}
