using System.Buffers.Binary;
using System.Text;

namespace ParaKit.Image.Dwarf;

/// <summary>A forward reader over DWARF bytes; reading past the end sets <see cref="Failed"/> and returns zeros.</summary>
internal struct DwarfReader(ReadOnlyMemory<byte> data)
{
    private ReadOnlyMemory<byte> _rest = data;

    internal readonly int Remaining => _rest.Length;

    internal bool Failed { get; private set; }

    internal byte U8() => Take(1) is { Length: 1 } b ? b[0] : (byte)0;

    internal ushort U16() => Take(2) is { Length: 2 } b ? BinaryPrimitives.ReadUInt16LittleEndian(b) : (ushort)0;

    internal uint U32() => Take(4) is { Length: 4 } b ? BinaryPrimitives.ReadUInt32LittleEndian(b) : 0;

    internal ulong U64() => Take(8) is { Length: 8 } b ? BinaryPrimitives.ReadUInt64LittleEndian(b) : 0;

    internal ulong Uleb()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte b = U8();
            value |= (ulong)(b & 0x7f) << shift;
            if ((b & 0x80) == 0)
            {
                break;
            }
        }

        return value;
    }

    internal long Sleb()
    {
        long value = 0;
        for (int shift = 0; shift < 64;)
        {
            byte b = U8();
            value |= (long)(b & 0x7f) << shift;
            shift += 7;
            if ((b & 0x80) == 0)
            {
                return (b & 0x40) != 0 && shift < 64 ? value | (-1L << shift) : value;
            }
        }

        return value;
    }

    internal string String()
    {
        int end = _rest.Span.IndexOf((byte)0);
        if (end < 0)
        {
            Failed = true;
            _rest = default;
            return "";
        }

        string text = Encoding.UTF8.GetString(_rest.Span[..end]);
        _rest = _rest[(end + 1)..];
        return text;
    }

    /// <summary>Splits off a reader over the next <paramref name="length"/> bytes.</summary>
    internal DwarfReader Split(ulong length)
    {
        int size = (int)Math.Min(length, (ulong)_rest.Length);
        Failed |= (ulong)size != length;
        var part = new DwarfReader(_rest[..size]);
        _rest = _rest[size..];
        return part;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (_rest.Length < length)
        {
            Failed = true;
            _rest = default;
            return default;
        }

        ReadOnlySpan<byte> bytes = _rest.Span[..length];
        _rest = _rest[length..];
        return bytes;
    }
}
