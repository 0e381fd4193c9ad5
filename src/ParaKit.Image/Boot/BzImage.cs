using System.Buffers.Binary;
using System.IO.Compression;
using ParaKit.Image.Elf;

namespace ParaKit.Image.Boot;

/// <summary>A Linux kernel as boot loaders take it (Linux Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header").</summary>
internal static class BzImage
{
    /// <summary>Larger than any kernel; bounds what a small hostile file can ask for.</summary>
    private const int Limit = 512 << 20;

    private const int SectorSize = 512;
    private const int SetupSectors = 0x1f1;
    private const int HeaderMagic = 0x202;
    private const int Version = 0x206;
    private const int PayloadOffset = 0x248;
    private const int PayloadLength = 0x24c;
    private const int HeaderEnd = 0x250;
    private const int VersionWithPayload = 0x208;

    private static readonly (byte[] Magic, string Name)[] s_unsupported =
    [
        ([(byte)'B', (byte)'Z', (byte)'h'], "bzip2"),
        ([0x5d, 0x00, 0x00], "LZMA (the format before xz)"),
        ([0x89, (byte)'L', (byte)'Z', (byte)'O'], "LZO"),
        ([0x02, 0x21, 0x4c, 0x18], "LZ4"),
        ([0x28, 0xb5, 0x2f, 0xfd], "Zstandard"),
    ];

    internal static bool Is(ReadOnlySpan<byte> file) => file.Length >= HeaderEnd && file[HeaderMagic..].StartsWith("HdrS"u8);

    /// <summary>Unpacks the kernel proper; the second value names its compression.</summary>
    internal static (byte[] Kernel, string Compression) Unpack(ReadOnlyMemory<byte> file, string name)
    {
        ReadOnlySpan<byte> span = file.Span;
        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(span[Version..]);
        if (version < VersionWithPayload)
        {
            throw Bad(name, $"its boot protocol {version >> 8}.{version & 0xff:d2} is older than 2.08, which tells where the kernel is");
        }

        int sectors = span[SetupSectors] == 0 ? 4 : span[SetupSectors];
        ulong start = ((ulong)(sectors + 1) * SectorSize) + BinaryPrimitives.ReadUInt32LittleEndian(span[PayloadOffset..]);
        ulong length = BinaryPrimitives.ReadUInt32LittleEndian(span[PayloadLength..]);
        if (start > (ulong)span.Length || length > (ulong)span.Length - start)
        {
            throw Bad(name, $"its payload (offset 0x{start:x}, {length} bytes) lies outside the file of {span.Length} bytes");
        }

        return Unpack(file.Slice((int)start, (int)length), name, span.Length);
    }

    private static (byte[] Kernel, string Compression) Unpack(ReadOnlyMemory<byte> payload, string name, int fileSize)
    {
        ReadOnlySpan<byte> span = payload.Span;
        if (span.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
        {
            return (Gunzip(payload, name, fileSize), "gzip");
        }

        if (span.StartsWith(XzDecoder.Magic))
        {
            // The build appends the unpacked size, which the .xz format has no place for.
            return (XzDecoder.Decode(span.Length >= 4 ? payload[..^4] : payload, name, Limit), "xz");
        }

        if (span.StartsWith(ElfFormat.Magic))
        {
            return (payload.ToArray(), "not compressed");
        }

        foreach ((byte[] magic, string compression) in s_unsupported)
        {
            if (span.StartsWith(magic))
            {
                throw Bad(name, $"its kernel is compressed by {compression}; gzip and xz are supported. Unpack it and scan the vmlinux");
            }
        }

        throw Bad(name, $"its kernel is compressed in an unknown way (first bytes {Convert.ToHexStringLower(span[..Math.Min(4, span.Length)])})");
    }

    private static byte[] Gunzip(ReadOnlyMemory<byte> payload, string name, int fileSize)
    {
        try
        {
            using var packed = new GZipStream(new MemoryStream(payload.ToArray()), CompressionMode.Decompress);
            using var output = new MemoryStream();
            byte[] buffer = new byte[1 << 16];
            for (int read = packed.Read(buffer); read > 0; read = packed.Read(buffer))
            {
                if (output.Length + read > Limit)
                {
                    throw Bad(name, $"{fileSize} bytes unpack to more than {Limit}");
                }

                output.Write(buffer, 0, read);
            }

            return output.ToArray();
        }
        catch (InvalidDataException exception)
        {
            throw new ImageFormatException($"'{name}' cannot be read: its gzip data is damaged ({exception.Message}).", exception);
        }
    }

    private static ImageFormatException Bad(string name, string why) => new($"'{name}' cannot be read: {why}.");
}
