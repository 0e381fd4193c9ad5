namespace ParaKit.Image.Dwarf;

/// <summary>
/// Starts of functions from an .eh_frame section (Linux Standard Base, "Exception Frames"): each frame description names the first
/// instruction that it holds for.
/// </summary>
internal static class EhFrame
{
    private const byte Absolute = 0x00;
    private const byte Unsigned4 = 0x03;
    private const byte Unsigned8 = 0x04;
    private const byte Signed4 = 0x0b;
    private const byte Signed8 = 0x0c;
    private const byte RelativeToPlace = 0x10;

    /// <summary>The starts; what is damaged or encoded otherwise is passed over.</summary>
    internal static IEnumerable<ulong> FunctionStarts(ReadOnlyMemory<byte> section, ulong address, bool is64)
    {
        Dictionary<int, byte> encodings = [];
        int at = 0;
        while (at + 8 <= section.Length)
        {
            int length = BitConverter.ToInt32(section.Span[at..]);
            if (length < 4 || length > section.Length - at - 4)
            {
                yield break;
            }

            int identifier = BitConverter.ToInt32(section.Span[(at + 4)..]);
            ReadOnlyMemory<byte> body = section.Slice(at + 8, length - 4);
            if (identifier == 0)
            {
                encodings[at] = Encoding(body);
            }
            else if (encodings.TryGetValue(at + 4 - identifier, out byte encoding) && TryRead(body, encoding, address + (ulong)at + 8, is64, out ulong start))
            {
                yield return start;
            }

            at += 4 + length;
        }
    }

    /// <summary>The encoding of addresses that a common entry prescribes.</summary>
    private static byte Encoding(ReadOnlyMemory<byte> entry)
    {
        var reader = new DwarfReader(entry);
        byte version = reader.U8();
        string augmentation = reader.String();
        reader.Uleb();
        reader.Sleb();
        if (version == 1)
        {
            reader.U8();
        }
        else
        {
            reader.Uleb();
        }

        if (!augmentation.StartsWith('z'))
        {
            return Absolute;
        }

        reader.Uleb();
        foreach (char letter in augmentation.AsSpan(1))
        {
            switch (letter)
            {
                case 'R':
                    return reader.U8();
                case 'L':
                    reader.U8();
                    break;
                case 'P':
                    reader.Split((reader.U8() & 0xf) is Unsigned4 or Signed4 ? 4UL : 8);
                    break;
                default:
                    break;
            }
        }

        return Absolute;
    }

    private static bool TryRead(ReadOnlyMemory<byte> body, byte encoding, ulong place, bool is64, out ulong start)
    {
        var reader = new DwarfReader(body);
        ulong? value = (encoding & 0xf) switch
        {
            Absolute => is64 ? reader.U64() : reader.U32(),
            Unsigned4 => reader.U32(),
            Signed4 => (ulong)(int)reader.U32(),
            Unsigned8 or Signed8 => reader.U64(),
            _ => null,
        };
        bool isRelative = (encoding & 0x70) == RelativeToPlace;
        start = (value ?? 0) + (isRelative ? place : 0);
        start = is64 ? start : (uint)start;
        return value is not null && !reader.Failed && (isRelative || (encoding & 0x70) == 0);
    }
}
