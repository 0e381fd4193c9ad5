using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>
/// Head of the page through which a front end and a back end talk; the slots follow. Indices run freely through 32 bits and are masked
/// where a slot is chosen. Each side notifies the other only when its producer index passes the event index that the other has set.
/// Xen public/io/ring.h, "DEFINE_RING_TYPES".
/// </summary>
[SharedMemory]
[StructLayout(LayoutKind.Explicit, Size = HeaderBytes)]
public struct SharedRing
{
    /// <summary>Bytes before the first slot.</summary>
    public const int HeaderBytes = 64;
    /// <summary>Bytes of the page with head and slots.</summary>
    public const int PageBytes = 4096;

    /// <summary>Requests published by the front end (req_prod).</summary>
    [ProducerIndex] [FieldOffset(0)] public uint RequestProducer;
    /// <summary>Set by the back end: it wants to hear of the request before this index (req_event).</summary>
    [EventIndex] [FieldOffset(4)] public uint RequestEvent;
    /// <summary>Responses published by the back end (rsp_prod).</summary>
    [ProducerIndex] [FieldOffset(8)] public uint ResponseProducer;
    /// <summary>Set by the front end: it wants to hear of the response before this index (rsp_event).</summary>
    [EventIndex] [FieldOffset(12)] public uint ResponseEvent;
}
