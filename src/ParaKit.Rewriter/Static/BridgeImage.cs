using System.Buffers.Binary;
using ParaKit.Image;

namespace ParaKit.Rewriter.Static;

/// <summary>Adds the payload to the bridge's ELF file, as one more segment behind its image. System V ABI, "Program Header".</summary>
internal static class BridgeImage
{
    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const int ProgramHeaderOffset = 32;
    private const int ProgramHeaderCount = 56;
    private const uint Load = 1;
    private const uint Readable = 4;
    private const int PageBytes = 4096;

    public static byte[] Attach(ReadOnlyMemory<byte> bridge, byte[] payload)
    {
        KernelImage image = KernelImage.Load(bridge.Span, "bridge");
        ulong end = image.Segments.Max(s => s.VirtualAddress + s.MemorySize);
        ulong address = (end + PageBytes - 1) & ~(ulong)(PageBytes - 1);
        ulong physical = address - image.Segments[0].VirtualAddress + image.Segments[0].PhysicalAddress;

        int count = BinaryPrimitives.ReadUInt16LittleEndian(bridge.Span[ProgramHeaderCount..]);
        int oldTable = (int)BinaryPrimitives.ReadUInt64LittleEndian(bridge.Span[ProgramHeaderOffset..]);
        int newTable = Align(bridge.Length, sizeof(ulong));
        int payloadOffset = Align(newTable + ((count + 1) * ProgramHeaderSize), PageBytes);
        var file = new byte[payloadOffset + payload.Length];
        bridge.Span.CopyTo(file);
        bridge.Span.Slice(oldTable, count * ProgramHeaderSize).CopyTo(file.AsSpan(newTable));
        WriteHeader(file.AsSpan(newTable + (count * ProgramHeaderSize), ProgramHeaderSize), payloadOffset, address, physical, payload.Length);
        payload.CopyTo(file, payloadOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(ProgramHeaderOffset, HeaderSize - ProgramHeaderOffset), (ulong)newTable);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(ProgramHeaderCount), (ushort)(count + 1));
        return file;
    }

    private static void WriteHeader(Span<byte> header, int offset, ulong address, ulong physical, int length)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, Load);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Readable);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], (ulong)offset);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], address);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], physical);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], (ulong)length);
        BinaryPrimitives.WriteUInt64LittleEndian(header[40..], (ulong)length);
        BinaryPrimitives.WriteUInt64LittleEndian(header[48..], PageBytes);
    }

    private static int Align(int value, int alignment) => (value + alignment - 1) & ~(alignment - 1);
}
