using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.MemoryPolicies;

namespace ParaKit.Hypervisor.Overcommit;

/// <summary>
/// Frames for the guests of a machine, fewer than they believe to have. When none is free, a page of the guest that pays least for its memory goes to swap
/// space: a random one, because the hypervisor does not know which the guest can do without.
/// </summary>
internal sealed class FramePool : IDisposable
{
    /// <summary>Random pages to look at before the first that will do is taken.</summary>
    private const int Attempts = 64;

    private readonly List<GuestPages> _guests = [];
    private readonly Func<GuestPages, MemoryClaim> _claimOf;
    private readonly IMemoryPolicy _policy;

    /// <summary>Makes a pool.</summary>
    /// <param name="machine">The frames, some of which the hypervisor has for itself.</param>
    /// <param name="policy">Who gives way.</param>
    /// <param name="claimOf">What a guest may claim.</param>
    /// <param name="seed">Of the random choice of pages.</param>
    public FramePool(MachineMemory machine, IMemoryPolicy policy, Func<GuestPages, MemoryClaim> claimOf, int seed)
    {
        (Machine, _policy, _claimOf, Random) = (machine, policy, claimOf, new Random(seed));
        Sharing = new PageSharing(this);
    }

    /// <summary>The frames.</summary>
    public MachineMemory Machine { get; }

    /// <summary>What has no frame.</summary>
    public SwapSpace Swap { get; } = new();

    /// <summary>Frames that several pages are in.</summary>
    public PageSharing Sharing { get; }

    /// <summary>Source of random pages.</summary>
    public Random Random { get; }

    /// <summary>The guests.</summary>
    public IReadOnlyList<GuestPages> Guests => _guests;

    /// <summary>Free frames.</summary>
    public int Free => Machine.Allocator.Free;

    /// <summary>Adds a guest.</summary>
    public void Add(GuestPages guest) => _guests.Add(guest);

    /// <summary>A guest has ended.</summary>
    public void Remove(GuestPages guest)
    {
        guest.Clear();
        _guests.Remove(guest);
    }

    /// <summary>Takes a frame for a guest, with whatever is in it.</summary>
    /// <exception cref="InvalidOperationException">There is none, and no guest has a page to give up.</exception>
    public Mfn Take(GuestPages guest)
    {
        while (Free == 0)
        {
            if (!TryPageOut(Victim() ?? guest))
            {
                throw new InvalidOperationException("The machine has no free frame, and no guest has a page that could be paged out.");
            }
        }

        return new Mfn(Machine.Allocator.Allocate(guest.Id));
    }

    /// <summary>Sends a random page of a guest to swap space; false if it has none that could go.</summary>
    public bool TryPageOut(GuestPages guest)
    {
        if (RandomPage(guest) is not { } page)
        {
            return false;
        }

        guest.PageOut(page);
        return true;
    }

    /// <summary>Bytes of a frame.</summary>
    public ReadOnlySpan<byte> Contents(Mfn frame) => Machine.Memory.ReadOnlySpan(frame.Address, PageTableEntries.FrameBytes);

    /// <summary>Bytes of a frame, to be overwritten.</summary>
    public Span<byte> Writable(Mfn frame) => Machine.Memory.Span(frame.Address, PageTableEntries.FrameBytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        Swap.Dispose();
        Machine.Dispose();
    }

    private GuestPages? Victim()
    {
        var index = MemoryDivision.Victim(_policy, [.. _guests.Select(_claimOf)]);
        return index < 0 ? null : _guests[index];
    }

    /// <summary>A random page with a frame, of the guest's own if there is one; shared ones would free nothing.</summary>
    private Pfn? RandomPage(GuestPages guest)
    {
        for (var i = 0; i < Attempts; i++)
        {
            var page = new Pfn((ulong)Random.NextInt64(guest.Count));
            if (guest[page] == PageState.Private && page != guest.Busy)
            {
                return page;
            }
        }

        return FirstAfter(guest, PageState.Private) ?? FirstAfter(guest, PageState.Shared);
    }

    /// <summary>The first page of a state from a random one on.</summary>
    private Pfn? FirstAfter(GuestPages guest, PageState state)
    {
        var start = Random.NextInt64(guest.Count);
        for (var i = 0L; i < guest.Count; i++)
        {
            var page = new Pfn((ulong)((start + i) % guest.Count));
            if (guest[page] == state && page != guest.Busy)
            {
                return page;
            }
        }

        return null;
    }
}
