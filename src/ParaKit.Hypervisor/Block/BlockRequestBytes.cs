using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ParaKit.Abi;

namespace ParaKit.Hypervisor.Block;

/// <summary>A request as it lies in the ring, by any of its layouts. Xen public/io/blkif.h, "struct blkif_request", "struct blkif_request_indirect".</summary>
[StructLayout(LayoutKind.Explicit, Size = 112)]
internal struct BlockRequestBytes
{
    [FieldOffset(0)] public BlockRequest Plain;
    [FieldOffset(1)] public BlockOperation IndirectOperation;
    [FieldOffset(2)] public ushort IndirectSegmentCount;
    [FieldOffset(28)] public IndirectPages IndirectPages;
}

/// <summary>Grants of pages with segments.</summary>
[InlineArray(Length)]
internal struct IndirectPages
{
    /// <summary>BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST</summary>
    public const int Length = 8;

    private uint _first;
}
