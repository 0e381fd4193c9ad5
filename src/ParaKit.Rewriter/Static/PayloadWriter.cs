using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ParaKit.Image;

namespace ParaKit.Rewriter.Static;

/// <summary>Lays out the payload that the bridge finds behind its image; see <see cref="PayloadHeader"/>.</summary>
internal static class PayloadWriter
{
    private const int Alignment = 16;

    public static byte[] Write(
        KernelImage image, IReadOnlyDictionary<ulong, byte[]> segments, PayloadSite[] sites, ulong trampolineStart, byte[] trampolines)
    {
        int headers = Unsafe.SizeOf<PayloadHeader>() + (image.Segments.Length * Unsafe.SizeOf<PayloadSegment>()) + (sites.Length * Unsafe.SizeOf<PayloadSite>());
        int offset = Align(headers);
        var table = new PayloadSegment[image.Segments.Length];
        for (int i = 0; i < table.Length; i++)
        {
            ImageSegment segment = image.Segments[i];
            table[i] = new PayloadSegment
            {
                Physical = segment.PhysicalAddress,
                MemoryBytes = segment.MemorySize,
                Offset = (ulong)offset,
                FileBytes = (ulong)segment.Data.Length,
            };
            offset = Align(offset + segment.Data.Length);
        }

        var header = new PayloadHeader
        {
            Magic = PayloadHeader.MagicValue,
            Entry = image.Entry,
            TrampolineAddress = trampolineStart,
            TrampolineBytes = (ulong)trampolines.Length,
            TrampolineOffset = (ulong)offset,
            SegmentCount = (uint)table.Length,
            SiteCount = (uint)sites.Length,
        };
        var payload = new byte[offset + trampolines.Length];
        Span<byte> head = payload;
        MemoryMarshal.Write(head, in header);
        MemoryMarshal.AsBytes(table.AsSpan()).CopyTo(head[Unsafe.SizeOf<PayloadHeader>()..]);
        MemoryMarshal.AsBytes(sites.AsSpan()).CopyTo(head[(headers - (sites.Length * Unsafe.SizeOf<PayloadSite>()))..]);
        for (int i = 0; i < table.Length; i++)
        {
            segments[image.Segments[i].VirtualAddress].CopyTo(payload, (int)table[i].Offset);
        }

        trampolines.CopyTo(payload, offset);
        return payload;
    }

    private static int Align(int value) => (value + Alignment - 1) & ~(Alignment - 1);
}
