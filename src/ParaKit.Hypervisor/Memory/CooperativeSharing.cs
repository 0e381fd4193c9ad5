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

    private sealed record SharedFrame(ulong Hash)
    {
        public Dictionary<DomainId, int> Holders { get; } = [];
    }

    /// <summary>Shared frames.</summary>
    public int Count => _shared.Count;

    /// <summary>Pages of domains that they stand for.</summary>
    public long References => _shared.Values.Sum(shared => (long)shared.Holders.Values.Sum());

    /// <summary>Whether a domain may map a frame for reading although it is not its own.</summary>
    public bool MayRead(ulong frame, DomainId domain) => _shared.TryGetValue(frame, out var shared) && shared.Holders.ContainsKey(domain);

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
        var holders = _shared[frame].Holders;
        if (--holders[domain] == 0)
        {
            holders.Remove(domain);
            NoteUnheld(frame, holders);
        }

        FreeUnheld();
    }

    /// <summary>A domain is gone: with it go its holds, and the mappings in its tables.</summary>
    public void End(DomainId domain)
    {
        foreach (var table in frames.OwnedBy(domain).Where(frame => frames[frame] is { IsPageTable: true, Validated: true, Type: PageType.L1Table }))
        {
            EndMappings(table);
        }

        foreach (var (frame, shared) in _shared)
        {
            shared.Holders.Remove(domain);
            NoteUnheld(frame, shared.Holders);
        }

        FreeUnheld();
    }

    private void NoteUnheld(ulong frame, Dictionary<DomainId, int> holders)
    {
        if (holders.Count == 0)
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
        _shared[frame].Holders[domain] = _shared[frame].Holders.GetValueOrDefault(domain) + 1;
    }


    private void Free(ulong frame)
    {
        memory.Span(frame << PageTableEntries.FrameShift, PageTableEntries.FrameBytes).Clear();
        allocator.Return(frame);
    }

    private ReadOnlySpan<byte> Contents(ulong frame) => memory.ReadOnlySpan(frame << PageTableEntries.FrameShift, PageTableEntries.FrameBytes);
}
