using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>Flags of a <see cref="NetworkTransmitRequest"/> and a <see cref="NetworkReceiveResponse"/>. Xen public/io/netif.h, "NETTXF_*" and "NETRXF_*".</summary>
[System.Flags]
public enum NetworkFlags : ushort
{
    /// <summary>A packet in one piece, with its checksums.</summary>
    None = 0,
    /// <summary>Transmit: the checksum is not there yet; receive: the data was validated.</summary>
    ChecksumBlank = 1 << 0,
    /// <summary>Transmit: the data was validated; receive: the checksum is not there.</summary>
    DataValidated = 1 << 1,
    /// <summary>The packet goes on in the next request.</summary>
    MoreData = 1 << 2,
    /// <summary>Extra information follows in the next slot.</summary>
    ExtraInformation = 1 << 3,
}

/// <summary>Result of a request. Xen public/io/netif.h, "NETIF_RSP_*".</summary>
public enum NetworkStatus : short
{
    /// <summary>The packet was dropped.</summary>
    Dropped = -2,
    /// <summary>The request was wrong.</summary>
    Error = -1,
    /// <summary>Done.</summary>
    Okay = 0,
    /// <summary>No answer: the slot held extra information.</summary>
    Null = 1,
}

/// <summary>A piece of a packet to send (<c>struct netif_tx_request</c>). Xen public/io/netif.h.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct NetworkTransmitRequest
{
    /// <summary>Grant of the page (gref).</summary>
    public uint Grant;
    /// <summary>First byte in it.</summary>
    public ushort Offset;
    /// <summary>What kind of piece.</summary>
    public NetworkFlags Flags;
    /// <summary>The front end's name of the request.</summary>
    public ushort Id;
    /// <summary>Bytes; in the first piece of a packet, those of the whole packet.</summary>
    public ushort Size;
}

/// <summary>An answer (<c>struct netif_tx_response</c>). Xen public/io/netif.h.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct NetworkTransmitResponse
{
    /// <summary>The request's name.</summary>
    public ushort Id;
    /// <summary>How it went.</summary>
    public NetworkStatus Status;
}

/// <summary>A page for a packet to come (<c>struct netif_rx_request</c>). Xen public/io/netif.h.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct NetworkReceiveRequest
{
    /// <summary>The front end's name of the page; requests and answers have the same index in the ring.</summary>
    public ushort Id;
    /// <summary>Zero.</summary>
    public ushort Padding;
    /// <summary>To copy into: grant of the page; to exchange: an entry that accepts a transfer (gref).</summary>
    public uint Grant;
}

/// <summary>A packet that has come (<c>struct netif_rx_response</c>). Xen public/io/netif.h.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct NetworkReceiveResponse
{
    /// <summary>The name of the page.</summary>
    public ushort Id;
    /// <summary>First byte of the packet in it.</summary>
    public ushort Offset;
    /// <summary>What kind of piece.</summary>
    public NetworkFlags Flags;
    /// <summary>Bytes, or a <see cref="NetworkStatus"/> below 0.</summary>
    public short Status;
}
