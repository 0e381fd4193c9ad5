using System.Buffers.Binary;

namespace ParaKit.Rewriter.Tests.Support;

/// <summary>The smallest 32-bit executable: headers, one segment, no sections.</summary>
internal static class Elf32
{
    internal const uint Address = 0x8048000;

    private const int HeaderSize = 52;
    private const int ProgramHeaderSize = 32;

    internal static byte[] Build(byte[] code)
    {
        byte[] file = new byte[HeaderSize + ProgramHeaderSize + code.Length];
        "\u007fELF\u0001\u0001\u0001"u8.CopyTo(file);
        ushort[] halves = [2, 3];
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(16), halves[0]);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(18), halves[1]);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(24), Address);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(28), HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(42), ProgramHeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(44), 1);
        Span<byte> header = file.AsSpan(HeaderSize);
        uint[] words = [1, HeaderSize + ProgramHeaderSize, Address, Address, (uint)code.Length, (uint)code.Length, 5, 1];
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(header[(i * 4)..], words[i]);
        }

        code.CopyTo(file, HeaderSize + ProgramHeaderSize);
        return file;
    }
}
