using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Shadow;

/// <summary>
/// Pages that a monitor has at the very end of the address space in which its guest's kernel runs, hidden from the kernel by a segment limit.
/// </summary>
internal sealed class MonitorWindow
{
    private const int LastEntry = PageTableEntries.PerTable - 1;
    private const ulong LargePage = PageTableEntries.PerTable * PageTableEntries.FrameBytes;
    private const ulong Flags = PageTableEntries.Present | PageTableEntries.Writable | PageTableEntries.User
        | PageTableEntries.Accessed | PageTableEntries.Dirty;

    private readonly ulong[] _pageTables;
    private readonly ulong _directory;
    private readonly ulong _pointers;

    /// <summary>Maps frames of the pool.</summary>
    /// <param name="memory">The machine's memory.</param>
    /// <param name="pool">Frames for pages and tables.</param>
    /// <param name="bytes">Size; a multiple of 2 MiB.</param>
    public MonitorWindow(PhysicalMemory memory, ShadowPool pool, ulong bytes)
    {
        Base = unchecked(0UL - bytes);
        Frames = new ulong[bytes / PageTableEntries.FrameBytes];
        _pageTables = new ulong[bytes / LargePage];
        for (var i = 0; i < _pageTables.Length; i++)
        {
            var table = pool.Take();
            _pageTables[i] = PageTableEntries.Make(table, Flags);
            for (var page = 0; page < PageTableEntries.PerTable; page++)
            {
                var frame = pool.Take();
                Frames[(i * PageTableEntries.PerTable) + page] = frame;
                memory.Write((table << PhysicalMemory.FrameShift) + ((ulong)page * sizeof(ulong)), PageTableEntries.Make(frame, Flags));
            }
        }

        _directory = MakeTable(memory, pool, level: 2);
        _pointers = MakeTable(memory, pool, level: 3);
    }

    /// <summary>Linear address of the first byte.</summary>
    public ulong Base { get; }

    /// <summary>Machine frame of each page.</summary>
    public ulong[] Frames { get; }

    /// <summary>Frames that a window of this size takes, with its tables.</summary>
    public static int FramesFor(ulong bytes) => (int)((bytes / PageTableEntries.FrameBytes) + (bytes / LargePage)) + 2;

    /// <summary>Entry of a table on the way to the end of the address space, as far as it belongs to the window; otherwise 0.</summary>
    public ulong EntryAt(int level, int index) => level switch
    {
        4 when index == LastEntry => _pointers,
        3 when index == LastEntry => _directory,
        2 when index > LastEntry - _pageTables.Length => _pageTables[index - PageTableEntries.PerTable + _pageTables.Length],
        _ => 0,
    };

    /// <summary>The table for address spaces in which the guest itself has none.</summary>
    private ulong MakeTable(PhysicalMemory memory, ShadowPool pool, int level)
    {
        var frame = pool.Take();
        for (var index = 0; index < PageTableEntries.PerTable; index++)
        {
            memory.Write((frame << PhysicalMemory.FrameShift) + ((ulong)index * sizeof(ulong)), EntryAt(level, index));
        }

        return PageTableEntries.Make(frame, Flags);
    }
}
