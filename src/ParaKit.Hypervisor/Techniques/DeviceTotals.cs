namespace ParaKit.Hypervisor.Techniques;

/// <summary>What the devices of a domain did so far, all of a kind together.</summary>
public sealed record DeviceTotals
{
    /// <summary>Disks.</summary>
    public int Disks { get; init; }

    /// <summary>Requests that read.</summary>
    public long DiskReads { get; init; }

    /// <summary>Requests that wrote.</summary>
    public long DiskWrites { get; init; }

    /// <summary>Bytes that went from disks to the domain.</summary>
    public long DiskBytesRead { get; init; }

    /// <summary>Bytes that went from the domain to disks.</summary>
    public long DiskBytesWritten { get; init; }

    /// <summary>Network interfaces.</summary>
    public int Interfaces { get; init; }

    /// <summary>Packets of the domain that went onto the wire.</summary>
    public long PacketsSent { get; init; }

    /// <summary>Packets that it received.</summary>
    public long PacketsReceived { get; init; }

    /// <summary>Bytes of those that it sent.</summary>
    public long BytesSent { get; init; }

    /// <summary>Bytes of those that it received.</summary>
    public long BytesReceived { get; init; }
}
