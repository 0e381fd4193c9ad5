using System.Diagnostics.CodeAnalysis;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Mmu;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Shadow;
using ParaKit.Rewriter.Translation;

namespace ParaKit.Hypervisor.Translation;

/// <summary>
/// The units of a kernel: made on demand, chained to each other, given up when their code changes, and all of them when there is no more room.
/// Invariant: a unit that is alive translates the bytes that the guest's kernel would now fetch at its address.
/// </summary>
internal sealed class TranslationCache
{
    private readonly CacheMemory _memory;
    private Processor _virtual;
    private readonly ShadowPaging _shadow;
    private readonly TranslationLog? _log;
    private readonly ulong _capacity;
    private readonly Dictionary<ulong, CachedUnit> _byAddress = [];
    private readonly List<CachedUnit> _byPlace = [];
    private readonly Dictionary<ulong, List<CachedUnit>> _byFrame = [];
    private readonly Dictionary<CodePage, int> _pages = [];
    private readonly HashSet<ulong> _simulated = [];
    private ulong _next;

    /// <summary>Makes an empty cache.</summary>
    /// <param name="memory">Where it is.</param>
    /// <param name="virtualProcessor">The processor as the guest believes it to be.</param>
    /// <param name="shadow">Page tables, which say when code is written to.</param>
    /// <param name="capacity">Bytes of code to hold at most; no more than <paramref name="memory"/> has room for.</param>
    /// <param name="log">Where units are noted, which then count how often they are entered; or null.</param>
    public TranslationCache(CacheMemory memory, Processor virtualProcessor, ShadowPaging shadow, int capacity, TranslationLog? log)
    {
        _capacity = (ulong)capacity;
        _memory = memory;
        _virtual = virtualProcessor;
        _shadow = shadow;
        _log = log;
        _next = memory.CodeAddress;
        Counters.Capacity = capacity;
        shadow.CodeWritten = DropWritten;
        memory.ClearIndirect();
    }

    /// <summary>From now on the kernel is fetched by another of the guest's processors. Units of the last one's address space are looked at again if it has one of its own.</summary>
    public void ActFor(Processor virtualProcessor)
    {
        var isOther = _virtual.State.Cr3 != virtualProcessor.State.Cr3;
        _virtual = virtualProcessor;
        if (isOther)
        {
            Revalidate();
        }
    }

    /// <summary>What was done.</summary>
    public TranslationCounters Counters { get; } = new();

    /// <summary>Finds or makes the unit at a guest address; false if no instruction can be fetched there.</summary>
    public bool TryGet(ulong address, [NotNullWhen(true)] out CachedUnit? unit) =>
        _byAddress.TryGetValue(address, out unit) || TryMake(address, out unit);

    /// <summary>The unit in whose code a cache address lies, alive or not.</summary>
    public CachedUnit At(ulong cacheAddress)
    {
        var (low, high) = (0, _byPlace.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _byPlace[middle].Code.CacheAddress <= cacheAddress ? (middle, high) : (low, middle - 1);
        }

        return _byPlace[low];
    }

    /// <summary>Makes an exit lead to a unit.</summary>
    public void Chain(CachedUnit from, in UnitExit exit, CachedUnit to)
    {
        Counters.Chains++;
        to.Incoming.Add((from, exit));
        _memory.WriteDisplacement(from.Code.CacheAddress + (ulong)exit.DisplacementOffset, to.Code.CacheAddress);
    }

    /// <summary>Lets indirect transfers find a unit.</summary>
    public void AddIndirect(CachedUnit unit)
    {
        var index = IndirectIndex(unit);
        _memory.Write(MonitorSlots.IndirectTags + index, unchecked(0UL - unit.Code.Address));
        _memory.Write(MonitorSlots.IndirectTargets + index, unit.Code.CacheAddress);
    }

    /// <summary>An instruction of a unit traps often: from now on the monitor carries it out, without a trap.</summary>
    public void Retranslate(CachedUnit unit, ulong address)
    {
        Counters.Retranslated++;
        _simulated.Add(address);
        Drop(unit, BlockEnd.Retranslated);
    }

    /// <summary>An instruction does no longer what made it trap: from now on it executes as it is.</summary>
    public void Acquit(CachedUnit unit, ulong address)
    {
        if (_simulated.Remove(address) && unit.IsAlive)
        {
            Counters.Acquitted++;
            Drop(unit, BlockEnd.Acquitted);
        }
    }

    /// <summary>Whether the monitor carries out an instruction only because it used to trap.</summary>
    public bool IsSimulated(ulong address) => _simulated.Contains(address);

    /// <summary>Gives up what was translated from pages that are mapped elsewhere now.</summary>
    public void Revalidate()
    {
        List<CodePage>? moved = null;
        foreach (var page in _pages.Keys)
        {
            if (!_virtual.TryTranslate(page.Linear, AccessKind.Execute, user: false, out var machine, out _) || machine != page.Machine)
            {
                (moved ??= []).Add(page);
            }
        }

        foreach (var page in moved ?? [])
        {
            DropAll(page.Machine >> PhysicalMemory.FrameShift, unit => unit.Pages.Contains(page));
        }
    }

    /// <summary>Gives up what was translated from a linear page: its mapping was flushed, and the next fetch has to set its accessed bit.</summary>
    public void DropPage(ulong linear)
    {
        var start = linear & ~(PageTableEntries.FrameBytes - 1UL);
        foreach (var page in _pages.Keys.Where(p => p.Linear == start).ToArray())
        {
            DropAll(page.Machine >> PhysicalMemory.FrameShift, unit => unit.Pages.Contains(page));
        }
    }

    /// <summary>All counts with their names.</summary>
    public IReadOnlyDictionary<string, long> Snapshot()
    {
        Counters.IndirectHits = _memory.Read<long>(MonitorSlots.IndirectHits);
        return Counters.Snapshot();
    }

    /// <summary>Notes the units that are still there.</summary>
    public void Complete()
    {
        foreach (var unit in _byAddress.Values)
        {
            _log?.Add(unit, EntriesOf(unit), BlockEnd.None);
        }
    }

    private long EntriesOf(CachedUnit unit) => IsCounted(unit.Number) ? _memory.Read<long>((ulong)CounterOffset(unit.Number)) : 0;

    private static int CounterOffset(int number) => MonitorSlots.UnitEntries + (8 * number);

    private static ulong IndirectIndex(CachedUnit unit) => (unit.Code.Address & (MonitorSlots.IndirectEntries - 1)) * sizeof(ulong);

    private bool IsCounted(int number) => _log is not null && number < MonitorSlots.MaximumCountedUnits;

    private bool TryMake(ulong address, [NotNullWhen(true)] out CachedUnit? unit)
    {
        unit = null;
        var code = new GuestCode(_virtual, _shadow, address);
        if (code.Bytes.Length == 0)
        {
            return false;
        }

        if (_next - _memory.CodeAddress + Translator.MaximumCodeBytes > _capacity)
        {
            Evict();
        }

        var number = _byPlace.Count;
        var translation = Translator.Translate(code.Bytes, address, _next, _simulated, IsCounted(number) ? number : -1);
        if (translation is null)
        {
            return false;
        }

        unit = new CachedUnit(translation, number, code.Use(translation.GuestBytes));
        Enter(unit);
        return true;
    }

    private void Enter(CachedUnit unit)
    {
        var code = unit.Code;
        Count(code);
        _virtual.Clock.Charge((ulong)code.Instructions.Count * _virtual.Costs.Translation);
        _memory.Write(code.CacheAddress, code.Code);
        if (IsCounted(unit.Number))
        {
            _memory.Write((ulong)CounterOffset(unit.Number), 0L);
        }

        _next += (ulong)code.Code.Length;
        _byAddress.Add(code.Address, unit);
        _byPlace.Add(unit);
        foreach (var page in unit.Pages)
        {
            var frame = page.Machine >> PhysicalMemory.FrameShift;
            if (!_byFrame.TryGetValue(frame, out var units))
            {
                _byFrame.Add(frame, units = []);
                _shadow.TraceCode(frame);
            }

            units.Add(unit);
            _pages[page] = _pages.GetValueOrDefault(page) + 1;
        }
    }

    private void Count(TranslationUnit code)
    {
        Counters.Units++;
        Counters.Instructions += code.Instructions.Count;
        Counters.Identical += code.Instructions.Count(i => i.Kind == TranslationKind.Identical);
        Counters.GuestBytes += code.GuestBytes;
        Counters.CodeBytes += code.Code.Length;
    }

    private void DropWritten(ulong machine, int length) => DropAll(machine >> PhysicalMemory.FrameShift, unit => unit.Covers(machine, length));

    private void DropAll(ulong frame, Func<CachedUnit, bool> isConcerned)
    {
        if (!_byFrame.TryGetValue(frame, out var units))
        {
            return;
        }

        foreach (var unit in units.Where(isConcerned).ToArray())
        {
            Counters.Invalidated++;
            Drop(unit, BlockEnd.Invalidated);
        }
    }

    private void Drop(CachedUnit unit, BlockEnd end)
    {
        unit.IsAlive = false;
        _log?.Add(unit, EntriesOf(unit), end);
        _byAddress.Remove(unit.Code.Address);
        foreach (var (from, exit) in unit.Incoming)
        {
            _memory.WriteDisplacement(
                from.Code.CacheAddress + (ulong)exit.DisplacementOffset, from.Code.CacheAddress + (ulong)exit.CallOutOffset);
        }

        unit.Incoming.Clear();
        var index = IndirectIndex(unit);
        if (_memory.Read<ulong>(MonitorSlots.IndirectTags + index) == unchecked(0UL - unit.Code.Address))
        {
            _memory.Write(MonitorSlots.IndirectTags + index, index == 0 ? 1UL : 0UL);
        }

        foreach (var page in unit.Pages)
        {
            ForgetPage(unit, page);
        }
    }

    private void ForgetPage(CachedUnit unit, in CodePage page)
    {
        if (--_pages[page] == 0)
        {
            _pages.Remove(page);
        }

        var frame = page.Machine >> PhysicalMemory.FrameShift;
        var units = _byFrame[frame];
        units.Remove(unit);
        if (units.Count == 0)
        {
            _byFrame.Remove(frame);
            _shadow.EndTraceCode(frame);
        }
    }

    /// <summary>Empties the cache.</summary>
    private void Evict()
    {
        Counters.Evictions++;
        foreach (var unit in _byAddress.Values.ToArray())
        {
            Drop(unit, BlockEnd.Evicted);
        }

        _byPlace.Clear();
        _simulated.Clear();
        _next = _memory.CodeAddress;
    }
}
