using System.Buffers.Binary;
using SharpCompress.Compressors.LZMA;

namespace ParaKit.Image.Boot;

/// <summary>
/// Unpacks one .xz stream ("The .xz File Format", version 1.1): LZMA2, with or without the x86 filter, checked by the stream's own sums. The
/// container is read here because the library has only pieces of it that can be relied on.
/// </summary>
internal sealed class XzDecoder
{
    private const int HeaderSize = 12;
    private const int FooterSize = 12;
    private const ulong FilterLzma2 = 0x21;
    private const ulong FilterX86 = 0x04;
    private const int CheckCrc32 = 1;
    private const int CheckCrc64 = 4;

    private readonly ReadOnlyMemory<byte> _file;
    private readonly string _name;
    private readonly int _limit;
    private int _check;
    private int _checkSize;

    private XzDecoder(ReadOnlyMemory<byte> file, string name, int limit)
    {
        _file = file;
        _name = name;
        _limit = limit;
    }

    internal static ReadOnlySpan<byte> Magic => [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];

    /// <summary>Unpacks a whole stream.</summary>
    /// <exception cref="ImageFormatException">It is damaged, uses other filters, or is larger than <paramref name="limit"/> bytes.</exception>
    internal static byte[] Decode(ReadOnlyMemory<byte> file, string name, int limit) => new XzDecoder(file, name, limit).Run();

    private byte[] Run()
    {
        ReadOnlySpan<byte> span = _file.Span;
        if (span.Length < HeaderSize + FooterSize || !span.StartsWith(Magic) || !span.EndsWith("YZ"u8) || !span[6..8].SequenceEqual(span[^4..^2]))
        {
            throw Bad("it has no complete xz header and footer");
        }

        CheckSum(span[6..8], span[8..], "header");
        CheckSum(span[^8..^2], span[^12..], "footer");
        _check = span[7] & 0xf;
        _checkSize = _check switch { 0 => 0, CheckCrc32 => 4, CheckCrc64 => 8, _ => throw Bad($"its check of kind {_check} is neither CRC32 nor CRC64") };
        List<(ulong Unpadded, ulong Size)> blocks = ReadIndex();
        if (blocks.Aggregate(0UL, (sum, block) => Math.Min(sum, int.MaxValue) + Math.Min(block.Size, int.MaxValue)) is var total && total > (ulong)_limit)
        {
            throw Bad($"it unpacks to {total} bytes or more, beyond the limit of {_limit}");
        }

        using var output = new MemoryStream();
        ulong start = HeaderSize;
        foreach ((ulong unpadded, ulong size) in blocks)
        {
            // The size in the index leaves out the padding between data and check.
            ulong padding = unpadded > (ulong)_file.Length ? 0 : (0 - (unpadded - (ulong)_checkSize)) & 3;
            output.Write(DecodeBlock(Slice(start, unpadded + padding), (int)padding, (int)size));
            start += unpadded + padding;
        }

        return output.ToArray();
    }

    private List<(ulong Unpadded, ulong Size)> ReadIndex()
    {
        ReadOnlySpan<byte> span = _file.Span;
        ulong length = ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(span[^8..]) + 1) * 4;
        if (length > (ulong)(span.Length - HeaderSize - FooterSize))
        {
            throw Bad("its index lies outside the file");
        }

        ReadOnlySpan<byte> index = span[(span.Length - FooterSize - (int)length)..(span.Length - FooterSize)];
        CheckSum(index[..^4], index[^4..], "index");
        int at = 1;
        ulong count = Number(index, ref at);
        List<(ulong, ulong)> blocks = [];
        for (ulong i = 0; i < count; i++)
        {
            blocks.Add((Number(index, ref at), Number(index, ref at)));
        }

        return blocks;
    }

    private byte[] DecodeBlock(ReadOnlyMemory<byte> block, int padding, int size)
    {
        ReadOnlySpan<byte> span = block.Span;
        int headerSize = span.Length > 0 ? (span[0] + 1) * 4 : 0;
        if (headerSize < 8 || headerSize + padding + _checkSize > span.Length)
        {
            throw Bad("a block's header lies outside the block");
        }

        ReadOnlySpan<byte> header = span[..headerSize];
        CheckSum(header[..^4], header[^4..], "block header");
        (byte dictionary, bool isFiltered) = ReadFilters(header[..^4]);
        byte[] data = Unpack(block[headerSize..^(padding + _checkSize)], dictionary, size);
        if (isFiltered)
        {
            X86Filter.Decode(data);
        }

        ReadOnlySpan<byte> sum = span[^_checkSize..];
        bool isRight = _check switch
        {
            CheckCrc32 => Checksums.Crc32(data) == BinaryPrimitives.ReadUInt32LittleEndian(sum),
            CheckCrc64 => Checksums.Crc64(data) == BinaryPrimitives.ReadUInt64LittleEndian(sum),
            _ => true,
        };
        return isRight ? data : throw Bad("the check of a block is wrong");
    }

    private (byte Dictionary, bool IsFiltered) ReadFilters(ReadOnlySpan<byte> header)
    {
        int count = (header[1] & 3) + 1;
        int at = 2;
        for (int sizes = (header[1] >> 6) & 3; sizes != 0; sizes &= sizes - 1)
        {
            Number(header, ref at);
        }

        bool isFiltered = false;
        for (int i = 0; i < count; i++)
        {
            ulong filter = Number(header, ref at);
            ulong size = Number(header, ref at);
            if (i == count - 1 && filter == FilterLzma2 && size == 1 && at < header.Length)
            {
                return (header[at], isFiltered);
            }

            if (i > 0 || filter != FilterX86 || size != 0)
            {
                throw Bad($"its filter 0x{filter:x} is neither LZMA2 nor x86 from offset 0");
            }

            isFiltered = true;
        }

        throw Bad("its last filter is not LZMA2");
    }

    private byte[] Unpack(ReadOnlyMemory<byte> packed, byte dictionary, int size)
    {
        // LZMA packs at most about 1:7000; what claims more is not believed before its memory is taken.
        if (size / 16384 > packed.Length)
        {
            throw Bad($"{packed.Length} bytes cannot unpack to {size}");
        }

        byte[] data = new byte[size];
        try
        {
            using var input = new MemoryStream(packed.ToArray());
            using var stream = LzmaStream.Create([Math.Min(dictionary, DictionaryFor(size))], input, packed.Length, size, null, isLzma2: true);
            stream.ReadExactly(data);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new ImageFormatException($"'{_name}' cannot be read: its LZMA2 data is damaged ({exception.Message}).", exception);
        }

        return data;
    }

    /// <summary>No distance reaches further back than the data is long: a larger dictionary would only cost memory.</summary>
    private static byte DictionaryFor(int size)
    {
        byte bits = 0;
        while (bits < 37 && (2L | (uint)(bits & 1)) << ((bits / 2) + 11) < size)
        {
            bits++;
        }

        return bits;
    }

    private ulong Number(ReadOnlySpan<byte> data, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; shift < 63 && at < data.Length; shift += 7)
        {
            byte next = data[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Bad("a number in its headers has no end");
    }

    private ReadOnlyMemory<byte> Slice(ulong start, ulong length) =>
        start <= (ulong)_file.Length && length <= (ulong)_file.Length - start
            ? _file.Slice((int)start, (int)length)
            : throw Bad("a block lies outside the file");

    private void CheckSum(ReadOnlySpan<byte> data, ReadOnlySpan<byte> sum, string what)
    {
        if (Checksums.Crc32(data) != BinaryPrimitives.ReadUInt32LittleEndian(sum))
        {
            throw Bad($"the checksum of its {what} is wrong");
        }
    }

    private ImageFormatException Bad(string why) => new($"'{_name}' cannot be read: {why}.");
}
