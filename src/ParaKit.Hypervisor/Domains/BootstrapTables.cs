using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Domains;

/// <summary>Writes the first page tables of a domain into frames of the domain; direct paging checks them afterwards like any others.</summary>
internal sealed class BootstrapTables
{
    private const ulong TableFlags = PageTableEntries.Present | PageTableEntries.Writable | PageTableEntries.User
        | PageTableEntries.Accessed | PageTableEntries.Dirty;

    private readonly PhysicalMemory _memory;
    private readonly ulong[] _frames;
    private readonly DomainLayout _layout;
    private ulong _nextTable;

    public BootstrapTables(PhysicalMemory memory, ulong[] frames, DomainLayout layout)
    {
        (_memory, _frames, _layout, _nextTable) = (memory, frames, layout, layout.TableFrame);
        Root = TakeTable();
    }

    /// <summary>Machine frame of the top-level table.</summary>
    public ulong Root { get; }

    /// <summary>Maps the whole initial layout; page tables are mapped read-only.</summary>
    public void MapAll()
    {
        for (ulong frame = 0; frame < _layout.EndFrame; frame++)
        {
            Map(_layout.Address(frame), frame, !_layout.IsTable(frame));
        }

        for (ulong i = 0; _layout.HasSeparateP2M && i < _layout.P2MFrameCount; i++)
        {
            Map(_layout.P2MAddress + (i * PageTableEntries.FrameBytes), _layout.P2MFrame + i, writable: true);
        }
    }

    private void Map(ulong linear, ulong frame, bool writable)
    {
        var table = Root;
        for (var level = 4; level > 1; level--)
        {
            table = Descend(table, PageTableEntries.Index(linear, level));
        }

        var flags = PageTableEntries.Present | PageTableEntries.Accessed | (writable ? PageTableEntries.Writable : 0);
        _memory.Write(EntryAddress(table, PageTableEntries.Index(linear, 1)), PageTableEntries.Make(_frames[frame], flags));
    }

    private ulong Descend(ulong table, int index)
    {
        var address = EntryAddress(table, index);
        var entry = _memory.Read<ulong>(address);
        if (!PageTableEntries.IsPresent(entry))
        {
            entry = PageTableEntries.Make(TakeTable(), TableFlags);
            _memory.Write(address, entry);
        }

        return PageTableEntries.Frame(entry);
    }

    private ulong TakeTable() => _frames[_nextTable++];

    private static ulong EntryAddress(ulong table, int index) => (table << PageTableEntries.FrameShift) + ((ulong)index * sizeof(ulong));
}
