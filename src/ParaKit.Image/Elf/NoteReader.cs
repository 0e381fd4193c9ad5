using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace ParaKit.Image.Elf;

/// <summary>Splits note segments into notes (System V ABI, "Note Section": 4-byte alignment).</summary>
internal static class NoteReader
{
    private const int HeaderSize = 12;

    internal static ImmutableArray<ElfNote> Read(IEnumerable<ElfSegment> segments)
    {
        var notes = ImmutableArray.CreateBuilder<ElfNote>();
        foreach (ElfSegment segment in segments.Where(s => s.Type == ElfFormat.SegmentNote))
        {
            ReadAll(segment.Data, notes);
        }

        return notes.ToImmutable();
    }

    /// <summary>The notes of a file that is only looked into; none if they are damaged.</summary>
    internal static ImmutableArray<ElfNote> TryRead(IEnumerable<ElfSegment> segments)
    {
        try
        {
            return Read(segments);
        }
        catch (ImageFormatException)
        {
            return [];
        }
    }

    private static void ReadAll(ReadOnlyMemory<byte> data, ImmutableArray<ElfNote>.Builder notes)
    {
        while (data.Length >= HeaderSize)
        {
            ulong nameSize = BinaryPrimitives.ReadUInt32LittleEndian(data.Span);
            ulong size = BinaryPrimitives.ReadUInt32LittleEndian(data.Span[4..]);
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(data.Span[8..]);
            ulong description = HeaderSize + Aligned(nameSize);
            if (description + size > (ulong)data.Length)
            {
                throw new ImageFormatException($"A note of type {type} claims {nameSize} + {size} bytes; its segment has {data.Length} left.");
            }

            string owner = Encoding.UTF8.GetString(data.Span.Slice(HeaderSize, (int)nameSize)).TrimEnd('\0');
            notes.Add(new ElfNote(owner, type, data.Slice((int)description, (int)size)));
            data = data[(int)Math.Min(description + Aligned(size), (ulong)data.Length)..];
        }
    }

    private static ulong Aligned(ulong size) => (size + 3) & ~3UL;
}
