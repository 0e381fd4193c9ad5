using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>Operations of a virtual block device. Xen public/io/blkif.h, "BLKIF_OP_*".</summary>
public enum BlockOperation : byte
{
    /// <summary>Read sectors.</summary>
    Read = 0,
    /// <summary>Write sectors.</summary>
    Write = 1,
    /// <summary>Write sectors when all requests before are done; requests after it wait (feature-barrier).</summary>
    WriteBarrier = 2,
    /// <summary>Make what was written durable (feature-flush-cache).</summary>
    FlushDiskCache = 3,
    /// <summary>Sectors are no longer needed (feature-discard).</summary>
    Discard = 5,
    /// <summary>As read or write, with segments in granted pages (feature-max-indirect-segments).</summary>
    Indirect = 6,
}

/// <summary>Result of a request. Xen public/io/blkif.h, "BLKIF_RSP_*".</summary>
public enum BlockStatus : short
{
    /// <summary>Done.</summary>
    Okay = 0,
    /// <summary>Failed.</summary>
    Error = -1,
    /// <summary>There is no such operation here.</summary>
    NotSupported = -2,
}

/// <summary>Part of a page (<c>struct blkif_request_segment</c>). Xen public/io/blkif.h.</summary>
[StructLayout(LayoutKind.Sequential, Size = 8)]
public struct BlockSegment
{
    /// <summary>Grant of the page (gref).</summary>
    public uint Grant;
    /// <summary>First sector of 512 bytes in it, 0 to 7 (first_sect).</summary>
    public byte First;
    /// <summary>Last sector, inclusive (last_sect).</summary>
    public byte Last;
}

/// <summary>A request to read or write (<c>struct blkif_request</c>, 64 bit). Xen public/io/blkif.h.</summary>
[StructLayout(LayoutKind.Explicit, Size = 112)]
public struct BlockRequest
{
    /// <summary>Most segments (BLKIF_MAX_SEGMENTS_PER_REQUEST).</summary>
    public const int MaximumSegments = 11;
    /// <summary>Bytes of a sector.</summary>
    public const int SectorBytes = 512;

    /// <summary>What to do.</summary>
    [FieldOffset(0)] public BlockOperation Operation;
    /// <summary>Segments in use (nr_segments).</summary>
    [FieldOffset(1)] public byte SegmentCount;
    /// <summary>The device's number (handle).</summary>
    [FieldOffset(2)] public ushort Handle;
    /// <summary>The front end's name of the request.</summary>
    [FieldOffset(8)] public ulong Id;
    /// <summary>First sector on the device (sector_number).</summary>
    [FieldOffset(16)] public ulong Sector;
    /// <summary>Discard: number of sectors (nr_sectors).</summary>
    [FieldOffset(24)] public ulong SectorCount;
    /// <summary>Segments (seg).</summary>
    [FieldOffset(24)] public BlockSegmentList Segments;
}

/// <summary>The segments of a <see cref="BlockRequest"/>.</summary>
[System.Runtime.CompilerServices.InlineArray(BlockRequest.MaximumSegments)]
public struct BlockSegmentList
{
    private BlockSegment _first;
}

/// <summary>An answer (<c>struct blkif_response</c>). Xen public/io/blkif.h.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct BlockResponse
{
    /// <summary>The request's name.</summary>
    [FieldOffset(0)] public ulong Id;
    /// <summary>Its operation.</summary>
    [FieldOffset(8)] public BlockOperation Operation;
    /// <summary>How it went.</summary>
    [FieldOffset(10)] public BlockStatus Status;
}
