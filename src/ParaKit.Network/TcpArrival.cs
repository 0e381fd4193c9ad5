using System;

namespace ParaKit.Network;

/// <summary>A segment that has come, with a right checksum.</summary>
internal ref struct TcpArrival
{
    public uint Source;
    public ushort SourcePort;
    public ushort Port;
    public uint Sequence;
    public uint Acknowledgement;
    public byte Flags;
    public ushort Window;
    public ReadOnlySpan<byte> Data;

    /// <summary>Sequence numbers that it takes.</summary>
    public readonly uint SequenceLength => (uint)Data.Length + ((Flags & TcpSegment.Syn) != 0 ? 1u : 0) + ((Flags & TcpSegment.Fin) != 0 ? 1u : 0);
}
