using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Shadow;

/// <summary>
/// Page tables that translate a guest's physical addresses to the machine's. AMD64 Architecture Programmer's Manual vol. 2,
/// "Nested Paging".
/// </summary>
internal static class NestedTables
{
    private const int TopLevel = 4;

    // Accessed and dirty from the start: nobody looks at them yet, so walks need not set them.
    private const ulong Flags = PageTableEntries.Present | PageTableEntries.Writable | PageTableEntries.User
        | PageTableEntries.Accessed | PageTableEntries.Dirty;

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

    /// <summary>Builds the tables and returns the machine address of the top level.</summary>
    /// <param name="memory">The machine's memory.</param>
    /// <param name="guest">What to map.</param>
    /// <param name="pool">Where tables come from.</param>
    public static ulong Build(PhysicalMemory memory, PseudoPhysicalMemory guest, ShadowPool pool)
    {
        var root = pool.Take();
        for (ulong address = 0; address < guest.Size; address += PhysicalMemory.FrameBytes)
        {
            var table = root;
            for (var level = TopLevel; level > 1; level--)
            {
                table = Descend(memory, table, PageTableEntries.Index(address, level), pool);
            }

            memory.Write(EntryAddress(table, PageTableEntries.Index(address, 1)), guest.ToMachine(address) | Flags);
        }

        return root << PhysicalMemory.FrameShift;
    }

    private static ulong Descend(PhysicalMemory memory, ulong table, int index, ShadowPool pool)
    {
        var address = EntryAddress(table, index);
        var entry = memory.Read<ulong>(address);
        if (!PageTableEntries.IsPresent(entry))
        {
            entry = PageTableEntries.Make(pool.Take(), Flags);
            memory.Write(address, entry);
        }

        return PageTableEntries.Frame(entry);
    }

    private static ulong EntryAddress(ulong table, int index) => (table << PhysicalMemory.FrameShift) + ((ulong)index * sizeof(ulong));
}
