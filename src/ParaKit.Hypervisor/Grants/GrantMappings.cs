using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Grants;

/// <summary>A grant that a domain has mapped.</summary>
/// <param name="Table">Whose grant it is.</param>
/// <param name="Owner">That domain.</param>
/// <param name="Reference">The grant.</param>
/// <param name="Frame">The frame, in use until the mapping ends.</param>
/// <param name="IsWritable">Whether it can be written.</param>
/// <param name="Place">Machine address of the page-table entry.</param>
/// <param name="IsByEntry">Whether the guest names the entry, not a linear address.</param>
internal readonly record struct GrantMapping(GrantTable Table, DomainId Owner, uint Reference, ulong Frame, bool IsWritable, ulong Place, bool IsByEntry);

/// <summary>What a domain has mapped of others, by handle. Xen calls it the maptrack.</summary>
/// <param name="self">The domain.</param>
/// <param name="paging">Guard of its page tables.</param>
internal sealed class GrantMappings(DomainId self, DirectPaging paging)
{
    /// <summary>Mappings at most.</summary>
    public const int Maximum = 1024;

    private readonly List<GrantMapping?> _mappings = [];
    private readonly Stack<uint> _free = new();

    /// <summary>Mappings that there are.</summary>
    public int Count => _mappings.Count - _free.Count;

    /// <summary>The mapping of a handle; null if there is none.</summary>
    public GrantMapping? this[uint handle] => handle < _mappings.Count ? _mappings[(int)handle] : null;

    /// <summary>Maps a grant of another domain.</summary>
    /// <param name="wanted">What and where, all but the frame.</param>
    /// <param name="flags">More bits of the page-table entry.</param>
    /// <param name="handle">What to unmap it by.</param>
    /// <param name="frame">The frame.</param>
    public GrantStatus Map(GrantMapping wanted, ulong flags, out uint handle, out ulong frame)
    {
        (handle, frame) = (0, 0);
        if (Count == Maximum)
        {
            return GrantStatus.NoDeviceSpace;
        }

        var status = wanted.Table.Acquire(wanted.Reference, self, wanted.IsWritable, out frame);
        if (status != GrantStatus.Okay)
        {
            return status;
        }

        flags |= PageTableEntries.Present | PageTableEntries.Accessed | PageTableEntries.Dirty | (wanted.IsWritable ? PageTableEntries.Writable : 0);
        var result = paging.MapForeign(wanted.Place, self, frame, wanted.Owner, flags);
        if (result != Errno.None)
        {
            wanted.Table.Release(wanted.Reference, wanted.IsWritable);
            return result == Errno.EINVAL ? GrantStatus.BadVirtualAddress : GrantStatus.BadPage;
        }

        handle = Add(wanted with { Frame = frame });
        return GrantStatus.Okay;
    }

    /// <summary>Ends a mapping. If the guest has overwritten its entry meanwhile, the grant stays in use.</summary>
    public GrantStatus Unmap(uint handle, ulong place)
    {
        if (this[handle] is not { } mapping)
        {
            return GrantStatus.BadHandle;
        }

        if (!paging.TryUnmapForeign(place, self, mapping.Frame))
        {
            return GrantStatus.GeneralError;
        }

        End(handle, mapping);
        return GrantStatus.Okay;
    }

    /// <summary>Ends all mappings, or those of one domain's grants: who ends takes with it what others see of it.</summary>
    public void EndAll(DomainId? owner = null)
    {
        for (var handle = 0; handle < _mappings.Count; handle++)
        {
            if (_mappings[handle] is { } mapping && (owner is null || mapping.Owner == owner))
            {
                paging.TryUnmapForeign(mapping.Place, self, mapping.Frame);
                End((uint)handle, mapping);
            }
        }
    }

    private uint Add(GrantMapping mapping)
    {
        if (_free.TryPop(out var handle))
        {
            _mappings[(int)handle] = mapping;
            return handle;
        }

        _mappings.Add(mapping);
        return (uint)_mappings.Count - 1;
    }

    private void End(uint handle, GrantMapping mapping)
    {
        mapping.Table.Release(mapping.Reference, mapping.IsWritable);
        _mappings[(int)handle] = null;
        _free.Push(handle);
    }
}
