namespace ParaKit.Hypervisor.Memory;

/// <summary>
/// What a frame is used as. A frame has one type at a time, so that what is a page table or a descriptor table is never
/// writable by its guest. Barham et al., "Xen and the Art of Virtualization", "Physical memory" and "Page tables".
/// </summary>
public enum PageType : byte
{
    /// <summary>Not in use as anything that matters.</summary>
    None = 0,
    /// <summary>Level-1 page table: entries map pages.</summary>
    L1Table = 1,
    /// <summary>Level-2 page table.</summary>
    L2Table = 2,
    /// <summary>Level-3 page table.</summary>
    L3Table = 3,
    /// <summary>Level-4 page table: can be a base pointer.</summary>
    L4Table = 4,
    /// <summary>Part of a descriptor table.</summary>
    SegmentDescriptors = 5,
    /// <summary>Mapped writable somewhere.</summary>
    Writable = 6,
}
