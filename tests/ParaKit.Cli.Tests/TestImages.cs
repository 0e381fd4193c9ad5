using System.Buffers.Binary;
using ParaKit.Image;

namespace ParaKit.Cli.Tests;

/// <summary>The smallest ELF files that count as kernel images.</summary>
internal static class TestImages
{
    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const int DataOffset = HeaderSize + (2 * ProgramHeaderSize);
    private const uint XenEntryNote = 1;
    private const uint PvhEntryNote = 18;

    internal static byte[] Native => Build(PvhEntryNote);

    internal static byte[] Paravirt => Build(XenEntryNote);

    internal static KernelImage Load(byte[] file, string name) => KernelImage.Load(file, name);

    private static byte[] Build(uint noteType)
    {
        byte[] note = [4, 0, 0, 0, 8, 0, 0, 0, (byte)noteType, 0, 0, 0, .. "Xen\0"u8, 0, 0, 0x10, 0, 0, 0, 0, 0];
        var file = new byte[DataOffset + note.Length];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(file);
        WriteHeader(file);
        WriteProgramHeader(file.AsSpan(HeaderSize), type: 1, note.Length);
        WriteProgramHeader(file.AsSpan(HeaderSize + ProgramHeaderSize), type: 4, note.Length);
        note.CopyTo(file, DataOffset);
        return file;
    }

    private static void WriteHeader(Span<byte> file)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(file[16..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(file[18..], 62);
        BinaryPrimitives.WriteUInt32LittleEndian(file[20..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(file[24..], 0x100000);
        BinaryPrimitives.WriteUInt64LittleEndian(file[32..], HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(file[52..], HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(file[54..], ProgramHeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(file[56..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(file[58..], 64);
    }

    private static void WriteProgramHeader(Span<byte> header, uint type, int size)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, type);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], 5);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], DataOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], 0x100000);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], 0x100000);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], (ulong)size);
        BinaryPrimitives.WriteUInt64LittleEndian(header[40..], (ulong)size);
        BinaryPrimitives.WriteUInt64LittleEndian(header[48..], 1);
    }
}
