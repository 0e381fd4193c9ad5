namespace ParaKit.Hypervisor.Block;

/// <summary>What sectors are stored in. Writes may become durable in any order until <see cref="Flush"/>.</summary>
internal interface IBlockMedium
{
    /// <summary>Sectors that it has.</summary>
    ulong Sectors { get; }

    /// <summary>Reads into memory of the caller; false if it does not have the bytes.</summary>
    bool TryRead(ulong sector, Span<byte> bytes);

    /// <summary>Writes.</summary>
    /// <exception cref="IOException">It has no room, or fails.</exception>
    void Write(ulong sector, ReadOnlySpan<byte> bytes);

    /// <summary>Forgets sectors: they read as zeros.</summary>
    /// <exception cref="IOException">It has no room, or fails.</exception>
    void Discard(ulong sector, ulong count);

    /// <summary>Makes what was written durable.</summary>
    /// <exception cref="IOException">It fails.</exception>
    void Flush();
}
