using ParaKit.Image;

namespace ParaKit.Rewriter.Discovery;

/// <summary>The code of a kernel image.</summary>
public static class ImageCode
{
    /// <summary>Explores the executable segments from the entry point and all functions.</summary>
    /// <exception cref="ImageFormatException">The entry point lies in no executable segment.</exception>
    public static DiscoveredCode Explore(KernelImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        List<(ulong Start, ulong End)> code32 = [.. Code32(image)];
        IEnumerable<CodeRegion> regions = image.Segments.Where(s => s.Executable).SelectMany(s => Without(s, code32));
        ulong[] entries =
        [
            Entry(image),
            .. image.Symbols.Where(s => s.IsFunction).Select(s => s.Address),
        ];
        return CodeDiscovery.Explore([.. regions], entries);
    }

    /// <summary>The entry point as a linear address; native images may name the physical one.</summary>
    private static ulong Entry(KernelImage image)
    {
        foreach (ImageSegment segment in image.Segments)
        {
            if (segment.Executable && image.Entry - segment.PhysicalAddress < segment.MemorySize)
            {
                return segment.VirtualAddress + (image.Entry - segment.PhysicalAddress);
            }
        }

        return image.Entry;
    }

    /// <summary>The function at the PVH entry is 32-bit code, which runs before there is a kernel to speak of.</summary>
    private static IEnumerable<(ulong Start, ulong End)> Code32(KernelImage image)
    {
        foreach (ElfNote note in image.Notes.Where(n => n.Owner == XenNotes.Owner && n.Type == (uint)XenNoteType.Phys32Entry))
        {
            ulong physical = note.Description.Length switch
            {
                >= sizeof(ulong) => BitConverter.ToUInt64(note.Description.Span),
                >= sizeof(uint) => BitConverter.ToUInt32(note.Description.Span),
                _ => 0,
            };
            foreach (ImageSegment segment in image.Segments.Where(s => physical - s.PhysicalAddress < s.MemorySize))
            {
                ulong start = segment.VirtualAddress + (physical - segment.PhysicalAddress);
                ulong end = image.Symbols.Select(s => s.Address).Where(a => a > start).DefaultIfEmpty(segment.VirtualAddress + (ulong)segment.Data.Length).Min();
                yield return (start, end);
            }
        }
    }

    private static IEnumerable<CodeRegion> Without(ImageSegment segment, List<(ulong Start, ulong End)> holes)
    {
        ulong start = segment.VirtualAddress;
        ulong end = start + (ulong)segment.Data.Length;
        foreach ((ulong holeStart, ulong holeEnd) in holes.Where(h => h.Start >= start && h.Start < end).OrderBy(h => h.Start))
        {
            yield return Region(segment, start, holeStart);
            start = Math.Min(holeEnd, end);
        }

        yield return Region(segment, start, end);
    }

    private static CodeRegion Region(ImageSegment segment, ulong start, ulong end) =>
        new(start, segment.Data.Slice((int)(start - segment.VirtualAddress), (int)(end - start)));
}
