using ParaKit.Abi;
using ParaKit.Hardware.Memory;

namespace ParaKit.Hypervisor.Memory;

/// <summary>
/// The M2P table: one 64-bit pseudo-physical frame number per machine frame, in hypervisor frames that every guest can read.
/// Xen public/arch-x86/xen-x86_64.h, "MACH2PHYS_VIRT_START".
/// </summary>
public sealed class MachineToPhysicalMap
{
    private const int EntriesPerFrame = PageTableEntries.FrameBytes / sizeof(ulong);
    private const int SlotIndex = MachineToPhysical.FirstHypervisorSlot;

    private readonly PhysicalMemory _memory;
    private readonly ulong[] _tableFrames;

    /// <summary>Builds the table and the page tables that map it.</summary>
    public MachineToPhysicalMap(PhysicalMemory memory, FrameAllocator allocator, ulong frameCount)
    {
        _memory = memory;
        FrameCount = frameCount;
        _tableFrames = new ulong[(frameCount + EntriesPerFrame - 1) / EntriesPerFrame];
        var mapping = new HypervisorMapping(memory, allocator);
        for (var i = 0; i < _tableFrames.Length; i++)
        {
            var frame = _tableFrames[i] = allocator.Allocate(DomainId.Hypervisor);
            memory.Span(frame << PageTableEntries.FrameShift, PageTableEntries.FrameBytes).Fill(0xff);
            var linear = MachineToPhysical.VirtualStart + ((ulong)i << PageTableEntries.FrameShift);
            mapping.Map(linear, PageTableEntries.Make(frame, PageTableEntries.Present | PageTableEntries.User | PageTableEntries.Accessed | PageTableEntries.NoExecute));
        }

        Slot = new HypervisorSlot(SlotIndex, PageTableEntries.Make(mapping.Root, HypervisorMapping.TableFlags));
    }

    /// <summary>Number of machine frames that have an entry.</summary>
    public ulong FrameCount { get; }

    /// <summary>The top-level entry under which guests find the table.</summary>
    public HypervisorSlot Slot { get; }

    /// <summary>Pseudo-physical frame of a machine frame.</summary>
    public ulong this[ulong frame]
    {
        get => _memory.Read<ulong>(Address(frame));
        set => _memory.Write(Address(frame), value);
    }

    private ulong Address(ulong frame) =>
        (_tableFrames[frame / EntriesPerFrame] << PageTableEntries.FrameShift) + (frame % EntriesPerFrame * sizeof(ulong));
}
