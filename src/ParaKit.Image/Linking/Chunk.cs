namespace ParaKit.Image.Linking;

/// <summary>Something with a size that gets an address: a section of the object file, a routine, a table, reserved memory.</summary>
internal sealed class Chunk(string name, ulong size, ulong alignment)
{
    internal string Name { get; } = name;

    internal ulong Size { get; } = size;

    internal ulong Alignment { get; } = alignment;

    /// <summary>Linear address, once placed.</summary>
    internal ulong Address { get; set; }

    /// <summary>Makes the bytes when all addresses are known; null for memory that starts as zero.</summary>
    internal Func<Chunk, ReadOnlyMemory<byte>>? Bytes { get; init; }

    /// <summary>What fills the rest of <see cref="Size"/> after the bytes.</summary>
    internal byte Filler { get; init; }
}
