using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Block;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.MemoryPolicies;

namespace ParaKit.Hypervisor.Overcommit;

/// <summary>
/// The pages of one guest: where each is, and how it comes from one place to another. Invariant: a page has a frame exactly if it is private or shared; a private
/// page's frame is nobody else's; translations of a page are revoked before its frame or its rights change.
/// </summary>
/// <param name="id">The guest.</param>
/// <param name="pool">Frames, swap space and shared frames of all guests.</param>
/// <param name="pages">Size in pages.</param>
/// <param name="salt">Only guests of the same salt share pages.</param>
internal sealed class GuestPages(DomainId id, FramePool pool, long pages, ulong salt) : IPageSource
{
    private const int WordsPerPage = PageTableEntries.FrameBytes / sizeof(ulong);
    private const int TopLevel = 4;
    private const int IndexBits = 9;
    private const int AttemptsPerSample = 16;
    private const uint SectorsPerPage = PageTableEntries.FrameBytes / 512;

    private readonly PageState[] _states = new PageState[pages];
    private readonly Dictionary<Pfn, long> _slots = [];
    private readonly HashSet<Pfn> _samples = [];

    /// <summary>The guest.</summary>
    public DomainId Id => id;

    /// <summary>Pages.</summary>
    public long Count => pages;

    /// <summary>See <see cref="PageSharing"/>.</summary>
    public ulong Salt => salt;

    /// <summary>The guest's memory.</summary>
    public PseudoPhysicalMemory Memory => field ??= new PseudoPhysicalMemory(pool.Machine.Memory, pages, this);

    /// <summary>Who remembers translations; null until there is a processor.</summary>
    public ITranslations? Translations { get; set; }

    /// <summary>What the hypervisor's work on the guest's behalf costs: on the guest's clock. Null until it runs.</summary>
    public (VirtualClock Clock, ulong CyclesPerWord)? Charges { get; set; }

    /// <summary>Pages with a frame.</summary>
    public long Resident { get; private set; }

    /// <summary>Pages that the guest has given up.</summary>
    public long Ballooned { get; private set; }

    /// <summary>Which part of its pages the guest uses.</summary>
    public ActivityEstimator Activity { get; } = new();

    /// <summary>What was done.</summary>
    public GuestPageCounters Counters { get; } = new();

    /// <summary>The page that is being provided: it must not be taken away meanwhile.</summary>
    public Pfn? Busy { get; private set; }

    /// <summary>Where a page is.</summary>
    public PageState this[Pfn page] => _states[page.Number];

    /// <summary>Pages that are in a shared frame; 0 for one of the guest's own.</summary>
    public int ReferencesOf(Mfn frame) => pool.Sharing.References(frame);

    /// <summary>Follows the guest's page tables without touching anything; false if nothing is mapped there, or a table on the way is not in memory.</summary>
    /// <param name="root">Guest-physical address of the top level.</param>
    /// <param name="linear">Linear address.</param>
    /// <param name="page">The page that it means.</param>
    public bool TryWalk(ulong root, ulong linear, out Pfn page)
    {
        page = Pfn.Containing(root & PageTableEntries.AddressMask);
        for (var level = TopLevel; level >= 1; level--)
        {
            if (page.Number >= (ulong)pages || Memory[page] is not { } table)
            {
                return false;
            }

            var entry = pool.Machine.Memory.Read<ulong>(table.Address + ((ulong)PageTableEntries.Index(linear, level) * sizeof(ulong)));
            if (!PageTableEntries.IsPresent(entry))
            {
                return false;
            }

            page = new Pfn(PageTableEntries.Frame(entry));
            if (level is 2 or 3 && (entry & PageTableEntries.PageSize) != 0)
            {
                var inside = (1UL << (IndexBits * (level - 1))) - 1;
                page = new Pfn((page.Number & ~inside) | (Vpn.Containing(linear).Number & inside));
                return true;
            }
        }

        return true;
    }

    /// <summary>Passes, on the guest's clock, the time in which the words of a page are looked at.</summary>
    public void ChargeScan()
    {
        if (Charges is { } charges)
        {
            charges.Clock.Charge(charges.CyclesPerWord * WordsPerPage);
            Counters.ScanCycles += charges.CyclesPerWord * WordsPerPage;
        }
    }

    /// <inheritdoc/>
    public void Provide(Pfn page, bool isWrite)
    {
        if (_samples.Remove(page))
        {
            Activity.NoteTouch();
        }

        Busy = page;
        switch (this[page])
        {
            case PageState.Shared when isWrite:
                BreakSharing(page);
                break;
            case PageState.PagedOut:
                PageIn(page);
                break;
            case PageState.Ballooned:
                Ballooned--;
                Counters.Popped++;
                Zero(page);
                break;
            case PageState.Empty:
                Zero(page);
                break;
        }

        Busy = null;
    }

    /// <summary>The balloon driver gives a page up. False, and nothing changes, if it is none, or is given up already.</summary>
    public bool TryBalloon(Pfn page)
    {
        if (page.Number >= (ulong)pages || this[page] == PageState.Ballooned)
        {
            return false;
        }

        Discard(page);
        Become(page, PageState.Ballooned);
        Ballooned++;
        Counters.Ballooned++;
        return true;
    }

    /// <summary>The balloon driver takes a page back. False, and nothing changes, if it had not given it up.</summary>
    public bool TryReclaim(Pfn page)
    {
        if (page.Number >= (ulong)pages || this[page] != PageState.Ballooned)
        {
            return false;
        }

        Become(page, PageState.Empty);
        Ballooned--;
        Counters.Popped++;
        return true;
    }

    /// <summary>Sends a page that has a frame to swap space.</summary>
    public void PageOut(Pfn page)
    {
        var contents = pool.Contents(Memory[page]!.Value);
        _slots[page] = pool.Swap.Write(contents);
        ReleaseFrame(page);
        Become(page, PageState.PagedOut);
        Counters.PagedOut++;
        Wait();
    }

    /// <summary>Gives a page the frame that it is to have in common with others; its own, if it had another, is free then.</summary>
    /// <param name="page">A page that has a frame.</param>
    /// <param name="shared">Where the same bytes are. The caller counts the reference.</param>
    public void Share(Pfn page, Mfn shared)
    {
        var own = Memory[page]!.Value;
        Translations?.Revoke(page, own);
        Memory.Set(page, shared, isShared: true);
        _states[page.Number] = PageState.Shared;
        if (own != shared)
        {
            pool.Machine.Allocator.Return(own.Number);
            Counters.Merged++;
        }
    }

    /// <summary>Gives a page that is nowhere a frame which another guest's page is in.</summary>
    public void StartShared(Pfn page, Mfn shared)
    {
        Memory.Set(page, shared, isShared: true);
        _states[page.Number] = PageState.Shared;
        Resident++;
    }

    /// <summary>Gives a page that is nowhere the state of the guest that this one is cloned from: in swap space or given up.</summary>
    public void StartAbsent(Pfn page, PageState state, ReadOnlySpan<byte> contents)
    {
        _states[page.Number] = state;
        Ballooned += state == PageState.Ballooned ? 1 : 0;
        if (state == PageState.PagedOut)
        {
            _slots[page] = pool.Swap.Write(contents);
        }
    }

    /// <summary>Copies a page that is in swap space.</summary>
    public void PeekPagedOut(Pfn page, Span<byte> contents)
    {
        pool.Swap.Take(_slots[page], contents);
        _slots[page] = pool.Swap.Write(contents);
    }

    /// <summary>Begins a period of sampling: translations of random pages are given up, so that touches of them are seen.</summary>
    public void Sample(int count, Random random)
    {
        _samples.Clear();
        for (var attempts = count * AttemptsPerSample; attempts > 0 && _samples.Count < Math.Min(count, Resident); attempts--)
        {
            var page = new Pfn((ulong)random.NextInt64(pages));
            if (Memory[page] is { } frame && _samples.Add(page))
            {
                Translations?.Revoke(page, frame);
            }
        }

        Activity.BeginPeriod(_samples.Count);
    }

    /// <summary>Gives everything back: the guest has ended.</summary>
    public void Clear()
    {
        for (ulong number = 0; number < (ulong)pages; number++)
        {
            Discard(new Pfn(number));
        }

        Ballooned = 0;
    }

    private void Zero(Pfn page)
    {
        var frame = pool.Take(this);
        pool.Writable(frame).Clear();
        Own(page, frame);
        Counters.Zeroed++;
        Charges?.Clock.Charge(Charges.Value.CyclesPerWord * WordsPerPage);
    }

    private void PageIn(Pfn page)
    {
        var frame = pool.Take(this);
        _slots.Remove(page, out var slot);
        pool.Swap.Take(slot, pool.Writable(frame));
        Own(page, frame);
        Counters.PagedIn++;
        Wait();
    }

    /// <summary>The last page in a frame keeps it; others get a copy.</summary>
    private void BreakSharing(Pfn page)
    {
        var shared = Memory[page]!.Value;
        Counters.Copied++;
        if (pool.Sharing.TryKeep(shared, this))
        {
            Translations?.Revoke(page, shared);
            Memory.Set(page, shared);
            _states[page.Number] = PageState.Private;
            return;
        }

        var frame = pool.Take(this);
        pool.Contents(shared).CopyTo(pool.Writable(frame));
        ReleaseFrame(page);
        Own(page, frame);
        Charges?.Clock.Charge(Charges.Value.CyclesPerWord * WordsPerPage);
    }

    private void Own(Pfn page, Mfn frame)
    {
        Memory.Set(page, frame);
        _states[page.Number] = PageState.Private;
        Resident++;
    }

    /// <summary>A page no longer is anywhere.</summary>
    private void Discard(Pfn page)
    {
        if (Memory[page] is not null)
        {
            ReleaseFrame(page);
        }
        else if (_slots.Remove(page, out var slot))
        {
            pool.Swap.Free(slot);
        }

        Become(page, PageState.Empty);
    }

    private void ReleaseFrame(Pfn page)
    {
        var frame = Memory[page]!.Value;
        Translations?.Revoke(page, frame);
        Memory.Set(page, null);
        if (this[page] == PageState.Shared)
        {
            pool.Sharing.Release(frame);
        }
        else
        {
            pool.Machine.Allocator.Return(frame.Number);
        }

        Resident--;
    }

    /// <summary>A sampled page that goes to swap space stays one: its return is a touch.</summary>
    private void Become(Pfn page, PageState state) => _states[page.Number] = state;

    /// <summary>The guest does not run while a page is written or read.</summary>
    private void Wait()
    {
        if (Charges is { } charges)
        {
            charges.Clock.AdvanceToNanoseconds(charges.Clock.Nanoseconds + DiskSchedule.NanosecondsOf(SectorsPerPage, isSeek: true));
        }
    }
}
