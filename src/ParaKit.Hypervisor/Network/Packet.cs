using ParaKit.Hardware.Memory;

namespace ParaKit.Hypervisor.Network;

/// <summary>A piece of a packet where its sender has it.</summary>
/// <param name="Address">Machine address.</param>
/// <param name="Length">Bytes, inside a frame.</param>
internal readonly record struct PacketPiece(ulong Address, int Length);

/// <summary>
/// A packet on its way. Its protocol headers are a copy of the host's own, so that what rules were asked about is what goes out; the payload still lies in frames
/// of the sender, which are in use until <see cref="Complete"/>. Barham et al. 2003, "Xen and the Art of Virtualization", "Network".
/// </summary>
/// <param name="header">The copy.</param>
/// <param name="pieces">Where the sender has the whole packet, headers included.</param>
/// <param name="memory">The machine's memory.</param>
/// <param name="complete">Called once, when the packet has left.</param>
internal sealed class Packet(byte[] header, IReadOnlyList<PacketPiece> pieces, PhysicalMemory memory, Action complete)
{
    /// <summary>The headers.</summary>
    public ReadOnlySpan<byte> Header => header;

    /// <summary>Bytes of the packet.</summary>
    public int Length { get; } = pieces.Count == 0 ? header.Length : pieces.Sum(piece => piece.Length);

    /// <summary>Bytes that still lie with the sender.</summary>
    public int PayloadBytes => Length - header.Length;

    /// <summary>Makes a packet that is all the host's.</summary>
    public static Packet OfHost(ReadOnlySpan<byte> bytes, PhysicalMemory memory) => new(bytes.ToArray(), [], memory, () => { });

    /// <summary>Puts headers and payload together, as a device with scatter-gather DMA does.</summary>
    /// <param name="bytes">Takes <see cref="Length"/> bytes.</param>
    public void Gather(Span<byte> bytes)
    {
        header.CopyTo(bytes);
        Gather(pieces, memory, header.Length, bytes[header.Length..Length]);
    }

    /// <summary>The packet has left, or was dropped: the sender has its frames back.</summary>
    public void Complete() => complete();

    /// <summary>Reads bytes of a packet in pieces.</summary>
    public static void Gather(IReadOnlyList<PacketPiece> pieces, PhysicalMemory memory, int offset, Span<byte> bytes)
    {
        foreach (var piece in pieces)
        {
            if (offset < piece.Length && !bytes.IsEmpty)
            {
                var here = Math.Min(piece.Length - offset, bytes.Length);
                memory.ReadOnlySpan(piece.Address + (ulong)offset, here).CopyTo(bytes);
                bytes = bytes[here..];
                offset = piece.Length;
            }

            offset -= Math.Min(offset, piece.Length);
        }
    }
}
