namespace ParaKit.Hypervisor.Block;

/// <summary>What a block device has done.</summary>
internal sealed class BlockCounters
{
    /// <summary>Requests answered with success.</summary>
    public long Done { get; set; }

    /// <summary>Requests answered with an error.</summary>
    public long Failed { get; set; }

    /// <summary>Requests that have read, of both kinds of answers.</summary>
    public long Reads { get; set; }

    /// <summary>Requests that have written.</summary>
    public long Writes { get; set; }

    /// <summary>Bytes that went from the device to the guest.</summary>
    public long BytesRead { get; set; }

    /// <summary>Bytes that went from the guest to the device.</summary>
    public long BytesWritten { get; set; }

    /// <summary>Rings with impossible indices.</summary>
    public long BrokenRings { get; set; }
}
