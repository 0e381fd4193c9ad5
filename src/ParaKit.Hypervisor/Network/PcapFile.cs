using System.Buffers.Binary;

namespace ParaKit.Hypervisor.Network;

/// <summary>Writes packets in the format of libpcap with nanoseconds. pcap-savefile(5).</summary>
internal sealed class PcapFile : IDisposable
{
    private const uint MagicNanoseconds = 0xa1b23c4d;
    private const ushort MajorVersion = 2;
    private const ushort MinorVersion = 4;
    private const uint MostBytes = 65535;
    private const uint Ethernet = 1;
    private const int HeaderBytes = 24;
    private const int RecordBytes = 16;
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    private readonly Stream _stream;
    private readonly ulong _start;

    /// <summary>Begins a file.</summary>
    /// <param name="stream">Takes it; disposed of at the end.</param>
    /// <param name="startSeconds">Seconds since 1970 of virtual time 0.</param>
    public PcapFile(Stream stream, ulong startSeconds)
    {
        (_stream, _start) = (stream, startSeconds);
        Span<byte> header = stackalloc byte[HeaderBytes];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, MagicNanoseconds);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], MajorVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], MinorVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], MostBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], Ethernet);
        _stream.Write(header);
    }

    /// <summary>Adds a packet.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(Packet packet, ulong now)
    {
        Span<byte> bytes = stackalloc byte[RecordBytes + packet.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)(_start + (now / NanosecondsPerSecond)));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], (uint)(now % NanosecondsPerSecond));
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], packet.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], packet.Length);
        packet.Gather(bytes[RecordBytes..]);
        _stream.Write(bytes);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
