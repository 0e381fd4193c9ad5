namespace ParaKit.Image.Linking;

/// <summary>Chunks of one protection, placed one after another: an output section and the substance of a segment.</summary>
internal sealed class ChunkGroup(string name, bool writable, bool executable, bool hasBits)
{
    private readonly List<Chunk> _chunks = [];

    internal string Name { get; } = name;

    internal bool Writable { get; } = writable;

    internal bool Executable { get; } = executable;

    internal bool HasBits { get; } = hasBits;

    internal ulong Start { get; private set; }

    internal ulong End { get; private set; }

    internal ulong Size => End - Start;

    internal IReadOnlyList<Chunk> Chunks => _chunks;

    internal void Add(Chunk chunk) => _chunks.Add(chunk);

    /// <summary>Places all chunks from <paramref name="address"/> on and returns the first address after them.</summary>
    internal ulong Place(ulong address)
    {
        Start = address;
        foreach (Chunk chunk in _chunks)
        {
            address = KernelLayout.AlignUp(address, chunk.Alignment);
            chunk.Address = address;
            address += chunk.Size;
        }

        return End = address;
    }

    /// <summary>The group's bytes, chunk by chunk.</summary>
    internal byte[] Render()
    {
        byte[] image = new byte[Size];
        foreach (Chunk chunk in _chunks.Where(c => c.Bytes is not null))
        {
            Span<byte> place = image.AsSpan((int)(chunk.Address - Start), (int)chunk.Size);
            ReadOnlyMemory<byte> bytes = chunk.Bytes!(chunk);
            bytes.Span.CopyTo(place);
            place[bytes.Length..].Fill(chunk.Filler);
        }

        return image;
    }
}
