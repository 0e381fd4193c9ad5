using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>
/// The page through which a domain talks to XenStore: two rings of bytes. Indices run freely through 32 bits.
/// Xen public/io/xs_wire.h, "struct xenstore_domain_interface".
/// </summary>
[SharedMemory]
[StructLayout(LayoutKind.Explicit, Size = 2072)]
public unsafe struct StoreInterface
{
    /// <summary>Bytes of each ring (XENSTORE_RING_SIZE).</summary>
    public const int RingBytes = 1024;

    /// <summary>What the domain sends (req).</summary>
    [FieldOffset(0)] public fixed byte Requests[RingBytes];
    /// <summary>What the store answers (rsp).</summary>
    [FieldOffset(1024)] public fixed byte Responses[RingBytes];
    /// <summary>Read by the store so far (req_cons).</summary>
    [ConsumerIndex] [FieldOffset(2048)] public uint RequestConsumer;
    /// <summary>Written by the domain so far (req_prod).</summary>
    [ProducerIndex] [FieldOffset(2052)] public uint RequestProducer;
    /// <summary>Read by the domain so far (rsp_cons).</summary>
    [ConsumerIndex] [FieldOffset(2056)] public uint ResponseConsumer;
    /// <summary>Written by the store so far (rsp_prod).</summary>
    [ProducerIndex] [FieldOffset(2060)] public uint ResponseProducer;
    /// <summary>What the store can do besides (server_features); 0 here.</summary>
    [FieldOffset(2064)] public uint Features;
    /// <summary>State of the connection (connection); 0 is connected.</summary>
    [FieldOffset(2068)] public uint Connection;
}

/// <summary>Head of a message; <see cref="Length"/> bytes follow (<c>struct xsd_sockmsg</c>). Xen public/io/xs_wire.h.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct StoreMessage
{
    /// <summary>Most bytes that follow (XENSTORE_PAYLOAD_MAX).</summary>
    public const int MaximumLength = 4096;

    /// <summary>What it asks for, or answers.</summary>
    public StoreMessageType Type;
    /// <summary>Number of the request, repeated in the answer; 0 for events (req_id).</summary>
    public uint Request;
    /// <summary>Transaction, 0 for none (tx_id).</summary>
    public uint Transaction;
    /// <summary>Bytes that follow (len).</summary>
    public uint Length;
}

/// <summary>Messages. Xen public/io/xs_wire.h, "enum xsd_sockmsg_type".</summary>
public enum StoreMessageType : uint
{
    /// <summary>Names below a path (XS_DIRECTORY).</summary>
    Directory = 1,
    /// <summary>Value of a path (XS_READ).</summary>
    Read = 2,
    /// <summary>Permissions of a path (XS_GET_PERMS).</summary>
    GetPermissions = 3,
    /// <summary>Tell of changes at and below a path (XS_WATCH).</summary>
    Watch = 4,
    /// <summary>No longer tell (XS_UNWATCH).</summary>
    Unwatch = 5,
    /// <summary>Begin a transaction (XS_TRANSACTION_START).</summary>
    TransactionStart = 6,
    /// <summary>End it: "T" for all of it, "F" for nothing (XS_TRANSACTION_END).</summary>
    TransactionEnd = 7,
    /// <summary>Path of a domain (XS_GET_DOMAIN_PATH).</summary>
    GetDomainPath = 10,
    /// <summary>Set a value (XS_WRITE).</summary>
    Write = 11,
    /// <summary>Make a path without a value (XS_MKDIR).</summary>
    MakeDirectory = 12,
    /// <summary>Remove a path and all below (XS_RM).</summary>
    Remove = 13,
    /// <summary>Set permissions (XS_SET_PERMS).</summary>
    SetPermissions = 14,
    /// <summary>Sent by the store: something changed (XS_WATCH_EVENT).</summary>
    WatchEvent = 15,
    /// <summary>Sent by the store: name of an error (XS_ERROR).</summary>
    Error = 16,
}

/// <summary>State of one half of a device, as a decimal number in the store. Xen public/io/xenbus.h, "enum xenbus_state".</summary>
public enum XenbusState
{
    /// <summary>Not known.</summary>
    Unknown = 0,
    /// <summary>Being initialized.</summary>
    Initialising = 1,
    /// <summary>The back end waits for the front end.</summary>
    InitWait = 2,
    /// <summary>The front end has said where its ring is.</summary>
    Initialised = 3,
    /// <summary>Both talk.</summary>
    Connected = 4,
    /// <summary>About to end.</summary>
    Closing = 5,
    /// <summary>Ended.</summary>
    Closed = 6,
}
