using System.IO.Hashing;
using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Overcommit;

/// <summary>
/// Content-based page sharing: pages are found by a 64-bit hash of their contents, whatever the guests use them for. A page without a partner leaves a hint: it
/// is not protected, so it is hashed and compared in full before anything is shared. Waldspurger (2002), section 4, "Sharing Memory".
/// </summary>
internal sealed class PageSharing(FramePool pool)
{
    private static readonly DomainId s_owner = new(DomainIds.CopyOnWrite);

    private readonly Dictionary<(ulong Salt, ulong Hash), Hint> _hints = [];
    private readonly Dictionary<(GuestPages Guest, Pfn Page), (ulong Salt, ulong Hash)> _hintOf = [];
    private readonly Dictionary<(ulong Salt, ulong Hash), Mfn> _sharedByHash = [];
    private readonly Dictionary<Mfn, SharedFrame> _shared = [];

    private readonly record struct Hint(GuestPages Guest, Pfn Page, Mfn Frame);

    private sealed record SharedFrame((ulong Salt, ulong Hash)? Key, bool IsZero)
    {
        public int References { get; set; }
    }

    /// <summary>The hash; another one makes collisions likely, for tests.</summary>
    public Func<ReadOnlySpan<byte>, ulong> Hash { get; set; } = bytes => XxHash3.HashToUInt64(bytes);

    /// <summary>Hears of each step.</summary>
    public Action<SharingEvent>? Observer { get; set; }

    /// <summary>Pages looked at.</summary>
    public long Scanned { get; private set; }

    /// <summary>Hints that were not true any more.</summary>
    public long StaleHints { get; private set; }

    /// <summary>Pages with the same hash and other contents.</summary>
    public long Collisions { get; private set; }

    /// <summary>Frames that pages share.</summary>
    public int SharedFrames => _shared.Count;

    /// <summary>Pages that are in such frames.</summary>
    public long SharedPages => _shared.Values.Sum(frame => (long)frame.References);

    /// <summary>Pages of those that are all zero.</summary>
    public long ZeroPages => _shared.Values.Where(frame => frame.IsZero).Sum(frame => (long)frame.References);

    /// <summary>Frames that sharing has freed, as things are now.</summary>
    public long Reclaimed => SharedPages - SharedFrames;

    /// <summary>Pages that are in a shared frame; 0 if it is none.</summary>
    public int References(Mfn frame) => _shared.TryGetValue(frame, out var shared) ? shared.References : 0;

    /// <summary>Looks at a page, and shares it if another has the same contents.</summary>
    public void Scan(GuestPages guest, Pfn page)
    {
        if (guest[page] != PageState.Private || page == guest.Busy)
        {
            return;
        }

        Scanned++;
        guest.ChargeScan();
        var frame = guest.Memory[page]!.Value;
        var key = (guest.Salt, Hash(pool.Contents(frame)));
        Tell(SharingStep.Hashed, guest, page, frame);
        if (_sharedByHash.TryGetValue(key, out var shared))
        {
            Tell(SharingStep.Matched, guest, page, frame);
            TryMerge(guest, page, shared);
        }
        else if (_hints.TryGetValue(key, out var hint) && (hint.Guest, hint.Page) != (guest, page))
        {
            Tell(SharingStep.Matched, guest, page, frame);
            TryHint(hint, key, guest, page);
        }
        else
        {
            Remember(key, guest, page, frame);
        }
    }

    /// <summary>Lets a page of another guest, which has the same contents because it was cloned, share a private page's frame.</summary>
    /// <returns>The frame.</returns>
    public Mfn ShareWithClone(GuestPages guest, Pfn page)
    {
        var frame = guest.Memory[page]!.Value;
        if (guest[page] == PageState.Private)
        {
            Begin(guest, page, key: null);
        }

        _shared[frame].References++;
        return frame;
    }

    /// <summary>Ends a page's use of a shared frame; the last one frees it.</summary>
    public void Release(Mfn frame)
    {
        var shared = _shared[frame];
        if (--shared.References == 0)
        {
            Forget(frame, shared);
            pool.Machine.Allocator.Return(frame.Number);
        }
    }

    /// <summary>Gives a shared frame to the only guest that still has a page in it; false if there are others.</summary>
    public bool TryKeep(Mfn frame, GuestPages guest)
    {
        var shared = _shared[frame];
        if (shared.References != 1)
        {
            return false;
        }

        Forget(frame, shared);
        pool.Machine.Frames.Transfer(frame.Number, guest.Id);
        return true;
    }

    /// <summary>A guest is gone: its hints must not name it.</summary>
    public void Drop(GuestPages guest)
    {
        foreach (var (place, key) in _hintOf.Where(entry => entry.Key.Guest == guest).ToArray())
        {
            _hintOf.Remove(place);
            _hints.Remove(key);
        }
    }

    private void TryHint(Hint hint, (ulong Salt, ulong Hash) key, GuestPages guest, Pfn page)
    {
        var isThere = hint.Guest[hint.Page] == PageState.Private && hint.Guest.Memory[hint.Page] == hint.Frame && hint.Page != hint.Guest.Busy;
        if (isThere)
        {
            guest.ChargeScan();
        }

        if (!isThere || Hash(pool.Contents(hint.Frame)) != key.Hash)
        {
            StaleHints++;
            ForgetHint(hint.Guest, hint.Page);
            Remember(key, guest, page, guest.Memory[page]!.Value);
            return;
        }

        guest.ChargeScan();
        if (!pool.Contents(hint.Frame).SequenceEqual(pool.Contents(guest.Memory[page]!.Value)))
        {
            Collisions++;
            return;
        }

        ForgetHint(hint.Guest, hint.Page);
        Begin(hint.Guest, hint.Page, key);
        TryMerge(guest, page, hint.Frame);
    }

    /// <summary>Makes a private page the first of a shared frame.</summary>
    private void Begin(GuestPages guest, Pfn page, (ulong Salt, ulong Hash)? key)
    {
        var frame = guest.Memory[page]!.Value;
        ForgetHint(guest, page);
        pool.Machine.Frames.Transfer(frame.Number, s_owner);
        _shared.Add(frame, new SharedFrame(key, pool.Contents(frame).IndexOfAnyExcept((byte)0) < 0) { References = 1 });
        if (key is { } known)
        {
            _sharedByHash[known] = frame;
        }

        guest.Share(page, frame);
    }

    private void TryMerge(GuestPages guest, Pfn page, Mfn shared)
    {
        var own = guest.Memory[page]!.Value;
        guest.ChargeScan();
        if (!pool.Contents(shared).SequenceEqual(pool.Contents(own)))
        {
            Collisions++;
            return;
        }

        Tell(SharingStep.Compared, guest, page, own);
        ForgetHint(guest, page);
        _shared[shared].References++;
        guest.Share(page, shared);
        Tell(SharingStep.Remapped, guest, page, shared);
        Tell(SharingStep.Protected, guest, page, shared);
        Tell(SharingStep.Freed, guest, page, own);
    }

    private void Remember((ulong Salt, ulong Hash) key, GuestPages guest, Pfn page, Mfn frame)
    {
        ForgetHint(guest, page);
        if (_hints.Remove(key, out var other))
        {
            _hintOf.Remove((other.Guest, other.Page));
        }

        _hints[key] = new Hint(guest, page, frame);
        _hintOf[(guest, page)] = key;
    }

    private void ForgetHint(GuestPages guest, Pfn page)
    {
        if (_hintOf.Remove((guest, page), out var key))
        {
            _hints.Remove(key);
        }
    }

    private void Forget(Mfn frame, SharedFrame shared)
    {
        _shared.Remove(frame);
        if (shared.Key is { } key)
        {
            _sharedByHash.Remove(key);
        }
    }

    private void Tell(SharingStep step, GuestPages guest, Pfn page, Mfn frame) => Observer?.Invoke(new SharingEvent(step, guest.Id, page, frame));
}
