using ParaKit.Abi;
using ParaKit.Hardware.Memory;

namespace ParaKit.Hypervisor.Memory;

/// <summary>
/// A virtual processor's global descriptor table as the processor sees it: 14 pages of the guest, then the hypervisor's page with
/// the flat selectors. Those of all virtual processors lie in the hypervisor's per-domain slot, invisible to the guest.
/// Xen public/arch-x86/xen.h, "FIRST_RESERVED_GDT_PAGE".
/// </summary>
public sealed class DescriptorTableArea
{
    /// <summary>Linear address of the first virtual processor's table.</summary>
    public const ulong LinearBase = 0xFFFF_8200_0000_0000;
    /// <summary>Offset of the last byte of the table.</summary>
    public const ushort Limit = (15 * PageTableEntries.FrameBytes) - 1;

    private const int SlotIndex = 260;
    private const ulong LinearBytes = 16 * PageTableEntries.FrameBytes;
    private const ulong PageFlags = PageTableEntries.Present | PageTableEntries.Writable | PageTableEntries.Accessed
        | PageTableEntries.Dirty | PageTableEntries.NoExecute;

    private readonly PhysicalMemory _memory;
    private readonly HypervisorMapping _mapping;
    private readonly ulong _emptyFrame;
    private readonly ulong[] _frames = new ulong[FlatSelectors.FirstReservedGdtPage + 1];

    /// <summary>Builds the table with the flat selectors and nothing of the guest.</summary>
    /// <param name="memory">The machine's memory.</param>
    /// <param name="allocator">Its free frames.</param>
    /// <param name="mapping">What the domain's slot maps.</param>
    /// <param name="vcpu">Number of the virtual processor.</param>
    internal DescriptorTableArea(PhysicalMemory memory, FrameAllocator allocator, HypervisorMapping mapping, int vcpu = 0)
    {
        (_memory, _mapping) = (memory, mapping);
        Base = LinearBase + ((ulong)vcpu * LinearBytes);
        _emptyFrame = NewFrame(allocator);
        var reserved = NewFrame(allocator);
        SetReserved(reserved, FlatSelectors.Ring3Code32, SegmentDescriptors.FlatCode32);
        SetReserved(reserved, FlatSelectors.Ring3Data32, SegmentDescriptors.FlatData);
        SetReserved(reserved, FlatSelectors.Ring3Code64, SegmentDescriptors.FlatCode64);
        Install([]);
        MapPage(FlatSelectors.FirstReservedGdtPage, reserved);
    }

    /// <summary>Linear address of the table.</summary>
    public ulong Base { get; }

    /// <summary>The top-level entry under which the processors of a domain find their tables.</summary>
    public HypervisorSlot Slot => new(SlotIndex, PageTableEntries.Make(_mapping.Root, HypervisorMapping.TableFlags & ~PageTableEntries.User));

    /// <summary>Maps the guest's part; missing pages read as empty descriptors.</summary>
    /// <param name="frames">At most 14 frames, typed <see cref="PageType.SegmentDescriptors"/>.</param>
    public void Install(ReadOnlySpan<ulong> frames)
    {
        for (var page = 0; page < FlatSelectors.FirstReservedGdtPage; page++)
        {
            MapPage(page, page < frames.Length ? frames[page] : _emptyFrame);
        }
    }

    /// <summary>Descriptor of a selector, or 0 if the selector is outside the table or names the local table.</summary>
    public ulong Read(ushort selector)
    {
        const int LocalTable = 4;
        var offset = selector & ~7;
        if ((selector & LocalTable) != 0 || offset > Limit)
        {
            return 0;
        }

        var frame = _frames[offset / PageTableEntries.FrameBytes];
        return _memory.Read<ulong>((frame << PageTableEntries.FrameShift) + (ulong)(offset % PageTableEntries.FrameBytes));
    }

    private static ulong NewFrame(FrameAllocator allocator, PhysicalMemory memory)
    {
        var frame = allocator.Allocate(DomainId.Hypervisor);
        memory.Span(frame << PageTableEntries.FrameShift, PageTableEntries.FrameBytes).Clear();
        return frame;
    }

    private ulong NewFrame(FrameAllocator allocator) => NewFrame(allocator, _memory);

    private void SetReserved(ulong frame, ushort selector, ulong descriptor)
    {
        var offset = (selector & ~7) - (FlatSelectors.FirstReservedGdtPage * PageTableEntries.FrameBytes);
        _memory.Write((frame << PageTableEntries.FrameShift) + (ulong)offset, descriptor);
    }

    private void MapPage(int page, ulong frame)
    {
        _frames[page] = frame;
        _mapping.Map(Base + ((ulong)page << PageTableEntries.FrameShift), PageTableEntries.Make(frame, PageFlags));
    }
}
