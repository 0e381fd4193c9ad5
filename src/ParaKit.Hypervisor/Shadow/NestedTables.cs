using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Shadow;

/// <summary>
/// Page tables that translate a guest's physical addresses to the machine's. AMD64 Architecture Programmer's Manual vol. 2,
/// "Nested Paging".
/// </summary>
internal sealed class NestedTables
{
    private const int TopLevel = 4;

    // Accessed and dirty from the start: nobody looks at them, so walks need not set them.
    private const ulong Flags = PageTableEntries.Present | PageTableEntries.Writable | PageTableEntries.User
        | PageTableEntries.Accessed | PageTableEntries.Dirty;

    private readonly PhysicalMemory _memory;
    private readonly PseudoPhysicalMemory _guest;
    private readonly ulong _root;

    /// <summary>Builds the tables, with the pages that are there.</summary>
    /// <param name="memory">The machine's memory.</param>
    /// <param name="guest">What to map.</param>
    /// <param name="pool">Where tables come from.</param>
    public NestedTables(PhysicalMemory memory, PseudoPhysicalMemory guest, ShadowPool pool)
    {
        (_memory, _guest, _root) = (memory, guest, pool.Take());
        for (ulong address = 0; address < guest.Size; address += PhysicalMemory.FrameBytes)
        {
            var table = _root;
            for (var level = TopLevel; level > 1; level--)
            {
                table = Descend(table, PageTableEntries.Index(address, level), pool);
            }

            Enter(Pfn.Containing(address));
        }
    }

    /// <summary>Machine address of the top level.</summary>
    public ulong Root => _root << PhysicalMemory.FrameShift;

    /// <summary>Machine frames that the tables for a guest of this size take.</summary>
    public static int FramesFor(ulong bytes)
    {
        var count = 0UL;
        var entries = bytes / PhysicalMemory.FrameBytes;
        for (var level = 1; level <= TopLevel; level++)
        {
            entries = (entries + PageTableEntries.PerTable - 1) / PageTableEntries.PerTable;
            count += entries;
        }

        return (int)count;
    }

    /// <summary>Has the page of a guest-physical address provided, and maps it; false if the guest has no memory there.</summary>
    public bool TryProvide(ulong address, bool isWrite)
    {
        if (!_guest.Contains(address, 1))
        {
            return false;
        }

        var page = Pfn.Containing(address);
        _guest.Provide(page, isWrite);
        Enter(page);
        return true;
    }

    /// <summary>Takes a page away.</summary>
    public void Remove(Pfn page) => _memory.Write(LeafOf(page), 0UL);

    /// <summary>Maps a page as the guest's map has it now.</summary>
    private void Enter(Pfn page) =>
        _memory.Write(LeafOf(page), _guest[page] is { } frame ? frame.Address | (_guest.IsShared(page) ? Flags & ~PageTableEntries.Writable : Flags) : 0UL);

    private ulong LeafOf(Pfn page)
    {
        var table = _root;
        for (var level = TopLevel; level > 1; level--)
        {
            table = PageTableEntries.Frame(_memory.Read<ulong>(EntryAddress(table, PageTableEntries.Index(page.Address, level))));
        }

        return EntryAddress(table, PageTableEntries.Index(page.Address, 1));
    }

    private ulong Descend(ulong table, int index, ShadowPool pool)
    {
        var address = EntryAddress(table, index);
        var entry = _memory.Read<ulong>(address);
        if (!PageTableEntries.IsPresent(entry))
        {
            entry = PageTableEntries.Make(pool.Take(), Flags);
            _memory.Write(address, entry);
        }

        return PageTableEntries.Frame(entry);
    }

    private static ulong EntryAddress(ulong table, int index) => (table << PhysicalMemory.FrameShift) + ((ulong)index * sizeof(ulong));
}
