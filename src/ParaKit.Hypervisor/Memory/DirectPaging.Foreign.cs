using ParaKit.Abi;

namespace ParaKit.Hypervisor.Memory;

/// <summary>
/// Mappings of frames of other domains, which only the hypervisor makes. A mapping counts as a use of the frame like any other; if the guest overwrites the entry, or drops
/// the table, the use is given back as that of any entry. Xen, grant mappings of PV guests ("create_grant_pte_mapping").
/// </summary>
public sealed partial class DirectPaging
{
    /// <summary>Writes a level-1 entry for a frame of another domain.</summary>
    /// <param name="place">Machine address of the entry.</param>
    /// <param name="owner">Domain whose table it is.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="frameOwner">Whose it is.</param>
    /// <param name="flags">Bits of the entry; <see cref="PageTableEntries.Writable"/> makes it a writable use.</param>
    /// <returns>EINVAL if it is no entry of a level-1 table of the domain, EBUSY if the frame cannot be used so.</returns>
    public Errno MapForeign(ulong place, DomainId owner, ulong frame, DomainId frameOwner, ulong flags)
    {
        if (!IsLevel1Entry(place, owner))
        {
            return Errno.EINVAL;
        }

        var entry = PageTableEntries.Adjust(PageTableEntries.Make(frame, flags), PageType.L1Table);
        var result = GetMappedPage(entry, frame, frameOwner);
        if (result == Errno.None)
        {
            Replace(place, entry);
            TlbFlushRequired = true;
        }

        return Complete(result);
    }

    /// <summary>Clears a level-1 entry if it maps a frame; TLBs are to be flushed.</summary>
    /// <returns>False if it does not.</returns>
    public bool TryUnmapForeign(ulong place, DomainId owner, ulong frame)
    {
        var maps = IsLevel1Entry(place, owner) && _memory.Read<ulong>(place) is var entry && PageTableEntries.IsPresent(entry) && PageTableEntries.Frame(entry) == frame;
        if (maps)
        {
            Replace(place, 0);
            _transaction.Commit();
            TlbFlushRequired = true;
        }

        return maps;
    }

    private bool IsLevel1Entry(ulong place, DomainId owner) =>
        place % sizeof(ulong) == 0 && Owns(place >> PageTableEntries.FrameShift, owner) && _frames[place >> PageTableEntries.FrameShift] is { Type: PageType.L1Table, Validated: true, TypeCount: not 0 };

    private void Replace(ulong place, ulong entry)
    {
        var (table, index) = (place >> PageTableEntries.FrameShift, (int)(place % PageTableEntries.FrameBytes) / sizeof(ulong));
        var old = _transaction.ReadEntry(table, index);
        _transaction.WriteEntry(table, index, entry);
        PutEntry(old, PageType.L1Table);
    }
}
