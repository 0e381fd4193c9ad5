using System.Numerics;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Mmu;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Shadow;

namespace ParaKit.Hypervisor.HardwareAssist;

/// <summary>
/// Nested page tables that are filled as the guest touches its memory, and the log of what it wrote. AMD64 Architecture Programmer's Manual vol. 2,
/// "Nested Paging"; Intel SDM vol. 3C, "Accessed and Dirty Flags for EPT".
/// </summary>
/// <remarks>
/// Guest-physical addresses behind the guest's memory lead to machine addresses behind the machine's, where nobody drives the bus: as on the bare
/// machine. A guest can ask for more tables than there are; then all are given up and filled again.
/// </remarks>
internal sealed class NestedPaging(IReadOnlyList<Processor> processors, PseudoPhysicalMemory guest, ShadowPool pool)
{
    /// <summary>Tables at most, besides those for the guest's own memory.</summary>
    public const int SpareTables = 64;

    private const int TopLevel = 4;
    private const ulong Hole = 1UL << (PageTableEntry.PhysicalAddressBits - 1);
    private const ulong Flags = PageTableEntries.Present | PageTableEntries.Writable | PageTableEntries.User;

    private readonly List<ulong> _tables = [];
    private readonly Dictionary<ulong, ulong> _leaves = [];
    private readonly ulong[] _dirty = new ulong[(guest.Size / PhysicalMemory.FrameBytes / 64) + 1];
    private readonly PhysicalMemory _memory = processors[0].Memory;
    private ulong _root;

    /// <summary>Machine address of the top-level table; it changes when tables are given up.</summary>
    public ulong Root => _root << PhysicalMemory.FrameShift;

    /// <summary>Times that all tables were given up.</summary>
    public long Resets { get; private set; }

    /// <summary>Tables that there are.</summary>
    public int Tables => _tables.Count;

    /// <summary>Makes the first table.</summary>
    public void Initialize() => _root = TakeTable();

    /// <summary>Maps the page of a guest-physical address to the guest's memory.</summary>
    /// <param name="address">The address.</param>
    /// <param name="isWrite">Whether it is written to.</param>
    public void Map(ulong address, bool isWrite) => Map(address, address, isWritable: true, isWrite);

    /// <summary>Maps the page of an address to the guest's memory.</summary>
    /// <param name="address">The address; of a guest's guest, if these are its tables.</param>
    /// <param name="target">The guest-physical address that it means.</param>
    /// <param name="isWritable">Whether it may be written to; pages that are shared never can.</param>
    /// <param name="isWrite">Whether it is written to now.</param>
    public void Map(ulong address, ulong target, bool isWritable, bool isWrite)
    {
        var page = Pfn.Containing(target);
        var isMemory = guest.Contains(page.Address, PhysicalMemory.FrameBytes);
        if (isMemory)
        {
            guest.Provide(page, isWrite);
            isWritable &= !guest.IsShared(page);
        }

        if (pool.Free < TopLevel)
        {
            Reset();
        }

        var table = _root;
        for (var level = TopLevel; level > 1; level--)
        {
            table = Descend(EntryAddress(table, PageTableEntries.Index(address, level)));
        }

        var place = EntryAddress(table, PageTableEntries.Index(address, 1));
        var machine = isMemory ? guest.ToMachine(page.Address) : Hole | (page.Address & (Hole - 1));
        _memory.Write(place, machine | (isWritable ? Flags : Flags & ~PageTableEntries.Writable));
        if (isMemory)
        {
            _leaves[place] = page.Number;
        }
    }

    /// <summary>Takes the page of a guest-physical address that is no memory away again.</summary>
    public void Unmap(ulong address)
    {
        var table = _root;
        for (var level = TopLevel; level > 1; level--)
        {
            table = Descend(EntryAddress(table, PageTableEntries.Index(address, level)));
        }

        _memory.Write(EntryAddress(table, PageTableEntries.Index(address, 1)), 0UL);
    }

    /// <summary>Takes a page of the guest's memory away wherever it is mapped. What was written to it stays in the log.</summary>
    /// <param name="page">The page.</param>
    /// <param name="isAtItself">Whether addresses are those of the memory: not so in the tables of a guest's guest.</param>
    public void Revoke(Pfn page, bool isAtItself)
    {
        if (isAtItself)
        {
            if (TryFind(page.Address, out var place))
            {
                Remove(place, page.Number);
            }
        }
        else
        {
            foreach (var (place, _) in _leaves.Where(leaf => leaf.Value == page.Number).ToArray())
            {
                Remove(place, page.Number);
            }
        }
    }

    /// <summary>
    /// The guest's frames written since the last call, bit n of the bitmap for frame n, by its processor and by the walks of its page tables. The
    /// log starts again.
    /// </summary>
    public ulong[] TakeDirty()
    {
        Collect();
        ulong[] taken = [.. _dirty];
        Array.Clear(_dirty);
        return taken;
    }

    /// <summary>Frames in a bitmap.</summary>
    public static int Count(ulong[] bitmap) => bitmap.Sum(BitOperations.PopCount);

    private void FlushTlbs()
    {
        foreach (var processor in processors)
        {
            processor.FlushTlb();
        }
    }

    /// <summary>Moves dirty flags from the tables into the log; the processors must not remember that they set them.</summary>
    private void Collect()
    {
        foreach (var (place, frame) in _leaves)
        {
            CollectOne(place, frame);
        }

        FlushTlbs();
    }

    private void CollectOne(ulong place, ulong frame)
    {
        var entry = _memory.Read<ulong>(place);
        if ((entry & PageTableEntries.Dirty) != 0)
        {
            _dirty[frame / 64] |= 1UL << (int)(frame % 64);
            _memory.Write(place, entry & ~PageTableEntries.Dirty);
        }
    }

    private void Remove(ulong place, ulong frame)
    {
        CollectOne(place, frame);
        _memory.Write(place, 0UL);
        _leaves.Remove(place);
        FlushTlbs();
    }

    /// <summary>Finds the last-level entry of an address; false if a table on the way is missing.</summary>
    private bool TryFind(ulong address, out ulong place)
    {
        var table = _root;
        place = 0;
        for (var level = TopLevel; level > 1; level--)
        {
            var entry = _memory.Read<ulong>(EntryAddress(table, PageTableEntries.Index(address, level)));
            if (!PageTableEntries.IsPresent(entry))
            {
                return false;
            }

            table = PageTableEntries.Frame(entry);
        }

        place = EntryAddress(table, PageTableEntries.Index(address, 1));
        return true;
    }

    /// <summary>Gives all tables up.</summary>
    public void Reset()
    {
        Collect();
        _leaves.Clear();
        _tables.ForEach(pool.Return);
        _tables.Clear();
        _root = TakeTable();
        Resets++;
    }

    private ulong Descend(ulong place)
    {
        var entry = _memory.Read<ulong>(place);
        if (!PageTableEntries.IsPresent(entry))
        {
            entry = PageTableEntries.Make(TakeTable(), Flags);
            _memory.Write(place, entry);
        }

        return PageTableEntries.Frame(entry);
    }

    private ulong TakeTable()
    {
        var table = pool.Take();
        _tables.Add(table);
        return table;
    }

    private static ulong EntryAddress(ulong table, int index) => (table << PhysicalMemory.FrameShift) + ((ulong)index * sizeof(ulong));
}
