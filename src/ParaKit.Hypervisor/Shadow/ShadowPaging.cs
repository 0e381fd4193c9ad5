using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Mmu;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Shadow;

/// <summary>
/// Shadow page tables: what the processor walks while a guest runs deprivileged. Invariant: every present entry is the composition of
/// the guest's tables and its physical map, with no more rights than both give; everything else is empty and filled when it is missed.
/// Adams and Agesen, "A Comparison of Software and Hardware Techniques for x86 Virtualization" (2006), section 2.4.
/// </summary>
/// <remarks>
/// There is one shadow table for each table of the guest, level and mode. The guest's kernel and its programs both run at privilege level
/// 3, so they need two sets: in the kernel's, all pages are user pages. Tables of the guest that have a shadow are traced: they are
/// mapped read-only everywhere, and what writes to them all the same is reported by <see cref="PhysicalMemory.WatchedWrite"/>.
/// </remarks>
internal sealed partial class ShadowPaging : IDisposable
{
    /// <summary>The top-level slot that belongs to the monitor (0xffff8000_00000000).</summary>
    public const int MonitorSlot = 256;

    private const int TopLevel = 4;

    /// <summary>More tables than one fill can make.</summary>
    private const int FramesPerFill = 8;

    private const ulong TableFlags = PageTableEntries.Present | PageTableEntries.Accessed | PageTableEntries.Dirty;

    private const ulong AllRights = PageTableEntries.Writable | PageTableEntries.User;

    private readonly PhysicalMemory _memory;
    private readonly PseudoPhysicalMemory _guest;
    private Processor _virtual;
    private readonly ShadowPool _pool;
    private readonly ulong _monitorEntry;
    private readonly NestedTables _nested;
    private readonly MonitorWindow? _window;
    private readonly Dictionary<ShadowKey, ShadowTable> _tables = [];
    private readonly Dictionary<ulong, TracedFrame> _traced = [];

    /// <summary>Makes empty shadows.</summary>
    /// <param name="memory">The machine's memory.</param>
    /// <param name="guest">The guest's memory.</param>
    /// <param name="nested">What translates the guest-physical addresses of its processor.</param>
    /// <param name="virtualProcessor">The processor as the guest believes it to be: its CR3, CR0 and EFER say how the guest pages.</param>
    /// <param name="pool">Frames for tables.</param>
    /// <param name="monitorEntry">Top-level entry of the monitor's own slot.</param>
    /// <param name="window">What the monitor has at the end of the kernel's address space, if anything.</param>
    public ShadowPaging(
        PhysicalMemory memory,
        PseudoPhysicalMemory guest,
        NestedTables nested,
        Processor virtualProcessor,
        ShadowPool pool,
        ulong monitorEntry,
        MonitorWindow? window = null)
    {
        _nested = nested;
        _window = window;
        _memory = memory;
        _guest = guest;
        _virtual = virtualProcessor;
        _pool = pool;
        _monitorEntry = monitorEntry;
        memory.WatchedWrite += NoteWrite;
    }

    /// <summary>How often entries were taken away or restricted: a processor whose TLB was flushed before the last time must flush it before it runs again.</summary>
    public long Restrictions { get; private set; }

    /// <summary>What had to be done so far.</summary>
    public ShadowCounters Counters { get; } = new();

    /// <summary>From now on the guest's processor is another of those that share the tables.</summary>
    public void ActFor(Processor virtualProcessor) => _virtual = virtualProcessor;

    /// <summary>TLBs must be flushed before processors run again.</summary>
    public void RequireFlush() => Restrictions++;

    /// <summary>Finds the machine address of the top-level shadow for the guest's current CR3; false if that names no memory.</summary>
    /// <param name="user">Whether the guest runs a program rather than its kernel.</param>
    /// <param name="root">The address.</param>
    public bool TryGetRoot(bool user, out ulong root)
    {
        root = 0;
        if (!_guest.Contains(_virtual.State.Cr3 & PageTableEntries.AddressMask, PhysicalMemory.FrameBytes))
        {
            return false;
        }

        ReserveFrames();
        root = GetTable(RootKey(user)).Frame << PhysicalMemory.FrameShift;
        return true;
    }

    /// <summary>Answers a page fault.</summary>
    /// <param name="linear">Faulting address.</param>
    /// <param name="access">What was tried.</param>
    /// <param name="user">Whether a program of the guest tried it.</param>
    public FillResult Fill(ulong linear, AccessKind access, bool user)
    {
        if (PageTableEntries.Index(linear, TopLevel) == MonitorSlot || (!user && linear >= _window?.Base))
        {
            return FillResult.Traced;
        }

        if (!TryTouch(linear, access, user, out var touch))
        {
            return touch.IsNestedFault ? FillResult.Traced : FillResult.True;
        }

        if (!_memory.Contains(touch.Machine, 1))
        {
            return FillResult.Traced;
        }

        ReserveFrames();
        var isWritable = Install(linear, in touch, user);
        return access != AccessKind.Write || isWritable ? FillResult.Hidden : FillResult.Traced;
    }

    /// <summary>
    /// Touches an address as the guest's processor would, having pages of the guest's memory provided on the way. Fails as its page tables say, or with a nested
    /// fault where there is no memory.
    /// </summary>
    public bool TryTouch(ulong linear, AccessKind access, bool user, out Touch touch)
    {
        while (!_virtual.TryTouch(linear, access, user, out touch))
        {
            if (!TryProvide(in touch))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>As <see cref="TryTouch"/>, without setting bits in the guest's tables.</summary>
    public bool TryTranslate(ulong linear, AccessKind access, bool user, out ulong machine)
    {
        Touch touch;
        while (!_virtual.TryTranslate(linear, access, user, out touch))
        {
            if (!TryProvide(in touch))
            {
                machine = 0;
                return false;
            }
        }

        machine = touch.Machine;
        return true;
    }

    /// <summary>Gives up all shadows.</summary>
    public void Reset()
    {
        Counters.Resets++;
        foreach (var table in _tables.Values)
        {
            _pool.Return(table.Frame);
        }

        foreach (var frame in _traced.Keys)
        {
            EndWatch(frame);
        }

        _tables.Clear();
        _traced.Clear();
        RequireFlush();
    }

    /// <summary>Ends all traces.</summary>
    public void Dispose()
    {
        _memory.WatchedWrite -= NoteWrite;
        foreach (var frame in _traced.Keys.Concat(_code).Concat(_substitutes.Keys))
        {
            _memory.Unwatch(frame);
        }
    }

    private bool TryProvide(in Touch touch) =>
        touch.IsNestedFault && _nested.TryProvide(touch.GuestPhysical, (touch.ErrorCode & PageFaultErrorCode.Write) != 0);

    private ShadowKey RootKey(bool user) => new(
        _guest.ToMachine(_virtual.State.Cr3 & PageTableEntries.AddressMask) >> PhysicalMemory.FrameShift, TopLevel, !user, HasTop: HasWindow(user));

    /// <summary>What an entry is while nothing of the guest is in it: empty, or the monitor's own.</summary>
    private ulong RestingEntry(in ShadowKey key, int index) => key.Level == TopLevel && index == MonitorSlot
        ? _monitorEntry
        : key.HasTop ? _window!.EntryAt(key.Level, index) : 0;

    private bool HasWindow(bool user) => !user && _window is not null;

    private void ReserveFrames()
    {
        if (_pool.Free < FramesPerFill)
        {
            Reset();
        }
    }

    /// <summary>Enters one page, following the guest's tables, which allow the access. Returns whether it may be written to.</summary>
    private bool Install(ulong linear, in Touch touch, bool user)
    {
        var table = GetTable(RootKey(user));
        var guestTable = _virtual.State.Cr3 & PageTableEntries.AddressMask;
        var rights = AllRights;
        for (var level = TopLevel; ; level--)
        {
            var index = PageTableEntries.Index(linear, level);
            var entry = _guest.Read<ulong>(guestTable + ((ulong)index * sizeof(ulong)));
            rights = Restrict(rights, Rights(entry, user));
            if (level == 1)
            {
                return SetLeaf(table, index, in touch, entry, rights);
            }

            if ((entry & PageTableEntries.PageSize) != 0)
            {
                return InstallPart(linear, in touch, table, level, entry, rights);
            }

            guestTable = entry & PageTableEntries.AddressMask;
            var below = new ShadowKey(_guest.ToMachine(guestTable) >> PhysicalMemory.FrameShift, level - 1, !user);
            table = Descend(table, index, below, ref rights);
        }
    }

    /// <summary>Enters 4 KiB of a large page whose entry is at <paramref name="level"/>: shadows are always fine-grained.</summary>
    private bool InstallPart(ulong linear, in Touch touch, ShadowTable table, int level, ulong entry, ulong rights)
    {
        var largeEntry = PageTableEntries.Index(linear, level);
        var guestFrame = table.Key.Frame;
        for (; level > 1; level--)
        {
            var index = PageTableEntries.Index(linear, level);
            var part = level == 2 && table.Key.LargeEntry != ShadowKey.None ? index : 0;
            table = Descend(table, index, new ShadowKey(guestFrame, level - 1, table.Key.ForKernel, largeEntry, part), ref rights);
        }

        return SetLeaf(table, PageTableEntries.Index(linear, 1), in touch, entry, rights);
    }

    /// <summary>
    /// Enters a table below another. Entries on the way to the monitor's window give all rights, because the window needs them; what the guest's
    /// entry withholds is left in <paramref name="rights"/> for the next level. Everywhere else levels keep their own rights.
    /// </summary>
    private ShadowTable Descend(ShadowTable table, int index, ShadowKey below, ref ulong rights)
    {
        var hasTop = table.Key.HasTop && index == PageTableEntries.PerTable - 1 && below.Level > 1;
        var next = GetTable(below with { HasTop = hasTop });
        table.Entries(_memory)[index] = PageTableEntries.Make(next.Frame, TableFlags | (hasTop ? AllRights : rights));
        rights = hasTop ? rights : AllRights;
        return next;
    }

    private bool SetLeaf(ShadowTable table, int index, in Touch touch, ulong guestEntry, ulong rights)
    {
        // A clean page stays read-only, so that the first write is seen and sets the guest's dirty bit.
        var frame = touch.Machine >> PhysicalMemory.FrameShift;
        if ((guestEntry & PageTableEntries.Dirty) == 0 || _memory.IsWatched(frame) || _guest.IsShared(Pfn.Containing(touch.GuestPhysical)))
        {
            rights &= ~PageTableEntries.Writable;
        }

        table.Entries(_memory)[index] = PageTableEntries.Make(FrameToMap(frame), TableFlags | rights);
        return (rights & PageTableEntries.Writable) != 0;
    }

    private static ulong Restrict(ulong rights, ulong more) =>
        (rights & more & AllRights) | ((rights | more) & PageTableEntries.NoExecute);

    /// <summary>The rights that a guest's entry gives, as the processor at level 3 must see them.</summary>
    private ulong Rights(ulong guestEntry, bool user)
    {
        var isWritable = (guestEntry & PageTableEntries.Writable) != 0 || (!user && (_virtual.State.Cr0 & Cr0.WriteProtect) == 0);
        var isUser = !user || (guestEntry & PageTableEntries.User) != 0;
        return (guestEntry & PageTableEntries.NoExecute)
            | (isWritable ? PageTableEntries.Writable : 0)
            | (isUser ? PageTableEntries.User : 0);
    }

    private ShadowTable GetTable(in ShadowKey key)
    {
        if (_tables.TryGetValue(key, out var table))
        {
            _traced[key.Frame].WritesSinceUse = 0;
            return table;
        }

        Counters.Tables++;
        table = new ShadowTable(key, _pool.Take());
        Empty(table.Entries(_memory), in key, first: 0);
        _tables.Add(key, table);
        Trace(key.Frame).Shadows.Add(table);
        return table;
    }
}
