namespace ParaKit.Hypervisor.Network;

/// <summary>What an interface has done.</summary>
internal sealed class NetworkCounters
{
    /// <summary>Packets of the guest that went onto the wire.</summary>
    public long Sent { get; set; }

    /// <summary>Bytes of those.</summary>
    public long BytesSent { get; set; }

    /// <summary>Packets that the guest received.</summary>
    public long Received { get; set; }

    /// <summary>Bytes of those.</summary>
    public long BytesReceived { get; set; }

    /// <summary>Requests that were wrong: grants, sizes, flags.</summary>
    public long Failed { get; set; }

    /// <summary>Packets that rules stopped, sent by the guest or for it.</summary>
    public long Filtered { get; set; }

    /// <summary>Packets for the guest that found no page of it to receive into.</summary>
    public long Dropped { get; set; }

    /// <summary>Bytes of headers that the host copied.</summary>
    public long HeaderBytesCopied { get; set; }

    /// <summary>Bytes of payload that the host copied: those that grant copy asks for.</summary>
    public long PayloadBytesCopied { get; set; }

    /// <summary>Pages exchanged for pages with packets.</summary>
    public long PagesFlipped { get; set; }

    /// <summary>Rings with impossible indices.</summary>
    public long BrokenRings { get; set; }
}
