using ParaKit.Hardware.Memory;

namespace ParaKit.Hypervisor.Memory;

/// <summary>Page tables of the hypervisor below one top-level slot.</summary>
internal sealed class HypervisorMapping
{
    /// <summary>Flags of its table entries; what a guest may do is said in level 1.</summary>
    public const ulong TableFlags = PageTableEntries.Present | PageTableEntries.Writable | PageTableEntries.User
        | PageTableEntries.Accessed | PageTableEntries.Dirty;

    private readonly PhysicalMemory _memory;
    private readonly FrameAllocator _allocator;

    public HypervisorMapping(PhysicalMemory memory, FrameAllocator allocator)
    {
        _memory = memory;
        _allocator = allocator;
        Root = NewTable();
    }

    /// <summary>The level-3 table.</summary>
    public ulong Root { get; }

    /// <summary>Sets the level-1 entry of an address, making tables on the way.</summary>
    public void Map(ulong linear, ulong entry)
    {
        var table = Root;
        for (var level = 3; level > 1; level--)
        {
            table = Descend(table, PageTableEntries.Index(linear, level));
        }

        _memory.Write(EntryAddress(table, PageTableEntries.Index(linear, 1)), entry);
    }

    private ulong Descend(ulong table, int index)
    {
        var address = EntryAddress(table, index);
        var entry = _memory.Read<ulong>(address);
        if (!PageTableEntries.IsPresent(entry))
        {
            entry = PageTableEntries.Make(NewTable(), TableFlags);
            _memory.Write(address, entry);
        }

        return PageTableEntries.Frame(entry);
    }

    private ulong NewTable()
    {
        var frame = _allocator.Allocate(DomainId.Hypervisor);
        _memory.Span(frame << PageTableEntries.FrameShift, PageTableEntries.FrameBytes).Clear();
        return frame;
    }

    private static ulong EntryAddress(ulong table, int index) => (table << PageTableEntries.FrameShift) + ((ulong)index * sizeof(ulong));
}
