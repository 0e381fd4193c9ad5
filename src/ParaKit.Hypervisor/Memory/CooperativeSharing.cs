using System.IO.Hashing;
using ParaKit.Abi;
using ParaKit.Hardware.Memory;

namespace ParaKit.Hypervisor.Memory;

/// <summary>
/// Frames that paravirtual domains have in common because they offered them: kernels that know that they are guests say which of their pages will not change. A domain that
/// holds a shared frame may map it for reading; to write, it asks for a copy of its own. Equality is of all bytes, the hash only finds candidates.
/// </summary>
internal sealed class CooperativeSharing(PhysicalMemory memory, FrameTable frames, FrameAllocator allocator)
{
    private static readonly DomainId s_owner = new(DomainIds.CopyOnWrite);

    private readonly Dictionary<ulong, ulong> _byHash = [];
    private readonly Dictionary<ulong, SharedFrame> _shared = [];
    private readonly HashSet<ulong> _unheld = [];
    private readonly Dictionary<DomainId, ulong> _parts = [];

    private sealed record SharedFrame(ulong Hash)
    {
        public SortedDictionary<ushort, int> Holders { get; } = [];
    }

    /// <summary>Into so many parts a page is divided between those who pay for it. To the last part each is somebody's.</summary>
    public const ulong PartsPerPage = 1 << 20;

    /// <summary>Called before what a domain has to pay for changes.</summary>
    public Action<DomainId>? Changing { get; init; }

    /// <summary>A domain's parts of the shared frames: a frame is divided equally between the pages that it stands for.</summary>
    public ulong PartsOf(DomainId domain) => _parts.GetValueOrDefault(domain);

    /// <summary>Shared frames.</summary>
    public int Count => _shared.Count;

    /// <summary>Pages of domains that they stand for.</summary>
    public long References => _shared.Values.Sum(shared => (long)shared.Holders.Values.Sum());

    /// <summary>Whether a domain may map a frame for reading although it is not its own.</summary>
    public bool MayRead(ulong frame, DomainId domain) => _shared.TryGetValue(frame, out var shared) && shared.Holders.ContainsKey(domain.Value);

    /// <summary>Makes a frame that nobody uses, and that is a domain's, a shared one, or frees it because there is one with the same bytes.</summary>
    /// <returns>The shared frame, which the domain holds once more.</returns>
    public ulong Share(ulong frame, DomainId domain)
    {
        var hash = XxHash3.HashToUInt64(Contents(frame));
        if (_byHash.TryGetValue(hash, out var same) && Contents(same).SequenceEqual(Contents(frame)))
        {
            Free(frame);
            Hold(same, domain);
            return same;
        }

        frames.Transfer(frame, s_owner);
        _shared.Add(frame, new SharedFrame(hash));
        _byHash.TryAdd(hash, frame);
        Hold(frame, domain);
        return frame;
    }

    /// <summary>Copies what a domain holds into a frame of its own, and ends one hold of it.</summary>
    /// <exception cref="KeyNotFoundException">It does not hold it; see <see cref="MayRead"/>.</exception>
    public void Unshare(ulong frame, ulong own, DomainId domain)
    {
        Contents(frame).CopyTo(memory.Span(own << PageTableEntries.FrameShift, PageTableEntries.FrameBytes));
        var shared = _shared[frame];
        SetHolds(shared, domain, shared.Holders[domain.Value] - 1);
        NoteUnheld(frame, shared);
        FreeUnheld();
    }

    /// <summary>A domain is gone: with it go its holds, and the mappings in its tables.</summary>
    public void End(DomainId domain)
    {
        foreach (var table in frames.OwnedBy(domain).Where(frame => frames[frame] is { IsPageTable: true, Validated: true, Type: PageType.L1Table }))
        {
            EndMappings(table);
        }

        foreach (var (frame, shared) in _shared.Where(entry => entry.Value.Holders.ContainsKey(domain.Value)))
        {
            SetHolds(shared, domain, 0);
            NoteUnheld(frame, shared);
        }

        FreeUnheld();
    }

    private void NoteUnheld(ulong frame, SharedFrame shared)
    {
        if (shared.Holders.Count == 0)
        {
            _unheld.Add(frame);
        }
    }

    private void EndMappings(ulong table)
    {
        for (ulong i = 0; i < PageTableEntries.PerTable; i++)
        {
            var entry = memory.Read<ulong>((table << PageTableEntries.FrameShift) + (i * sizeof(ulong)));
            if (PageTableEntries.IsPresent(entry) && _shared.ContainsKey(PageTableEntries.Frame(entry)))
            {
                frames.Mutable(PageTableEntries.Frame(entry)).ReferenceCount--;
            }
        }
    }

    /// <summary>Frees what nobody holds. A frame that somebody still maps, against what he said, stays until that ends too.</summary>
    private void FreeUnheld()
    {
        foreach (var frame in _unheld.Where(frame => frames[frame].ReferenceCount == 1).ToArray())
        {
            _unheld.Remove(frame);
            _shared.Remove(frame, out var shared);
            if (_byHash.GetValueOrDefault(shared!.Hash) == frame)
            {
                _byHash.Remove(shared.Hash);
            }

            Free(frame);
        }
    }

    private void Hold(ulong frame, DomainId domain)
    {
        _unheld.Remove(frame);
        SetHolds(_shared[frame], domain, _shared[frame].Holders.GetValueOrDefault(domain.Value) + 1);
    }

    /// <summary>For how many pages of a domain a frame stands. What was paid for until now was paid for by the old parts.</summary>
    private void SetHolds(SharedFrame shared, DomainId domain, int holds)
    {
        Changing?.Invoke(domain);
        foreach (var holder in shared.Holders.Keys)
        {
            Changing?.Invoke(new DomainId(holder));
        }

        Divide(shared, isTaken: true);
        if (holds == 0)
        {
            shared.Holders.Remove(domain.Value);
        }
        else
        {
            shared.Holders[domain.Value] = holds;
        }

        Divide(shared, isTaken: false);
    }

    /// <summary>Gives each holder its parts, or takes them away; what does not divide is the first holders'.</summary>
    private void Divide(SharedFrame shared, bool isTaken)
    {
        var pages = (ulong)shared.Holders.Values.Sum();
        var rest = pages == 0 ? 0 : PartsPerPage % pages;
        foreach (var (holder, holds) in shared.Holders)
        {
            var more = Math.Min(rest, (ulong)holds);
            rest -= more;
            var parts = ((ulong)holds * (PartsPerPage / pages)) + more;
            _parts[new DomainId(holder)] = PartsOf(new DomainId(holder)) + (isTaken ? 0 - parts : parts);
        }
    }

    private void Free(ulong frame)
    {
        memory.Span(frame << PageTableEntries.FrameShift, PageTableEntries.FrameBytes).Clear();
        allocator.Return(frame);
    }

    private ReadOnlySpan<byte> Contents(ulong frame) => memory.ReadOnlySpan(frame << PageTableEntries.FrameShift, PageTableEntries.FrameBytes);
}
