namespace ParaKit.Hardware.Devices;

/// <summary>What a disk stores its sectors of 512 bytes in.</summary>
public interface ISectorStore
{
    /// <summary>Sectors that there are.</summary>
    ulong Sectors { get; }

    /// <summary>Reads whole sectors; false if they cannot be read.</summary>
    bool TryRead(ulong sector, Span<byte> bytes);

    /// <summary>Writes whole sectors; false if they cannot be written.</summary>
    bool TryWrite(ulong sector, ReadOnlySpan<byte> bytes);

    /// <summary>Makes what was written durable; false if that fails.</summary>
    bool TryFlush();
}
