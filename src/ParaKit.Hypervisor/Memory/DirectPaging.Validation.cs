using ParaKit.Abi;

namespace ParaKit.Hypervisor.Memory;

/// <summary>Looking at contents: what a table of each level may say.</summary>
public sealed partial class DirectPaging
{
    /// <summary>Whether a slot of a table is the guest's to fill.</summary>
    private static bool IsGuestSlot(PageType table, int index) =>
        table != PageType.L4Table || index is < MachineToPhysical.FirstHypervisorSlot or > MachineToPhysical.LastHypervisorSlot;

    private Errno Validate(ulong frame, DomainId owner, PageType type) => type switch
    {
        PageType.Writable => Errno.None,
        PageType.SegmentDescriptors => ValidateDescriptors(frame),
        _ => ValidateTable(frame, owner, type),
    };

    private Errno ValidateTable(ulong frame, DomainId owner, PageType type)
    {
        for (var index = 0; index < PageTableEntries.PerTable; index++)
        {
            if (!IsGuestSlot(type, index))
            {
                continue;
            }

            var entry = _transaction.ReadEntry(frame, index);
            var result = GetEntry(entry, owner, type);
            if (result != Errno.None)
            {
                return result;
            }

            var adjusted = PageTableEntries.Adjust(entry, type);
            if (adjusted != entry)
            {
                _transaction.WriteEntry(frame, index, adjusted);
            }
        }

        if (type == PageType.L4Table)
        {
            FillHypervisorSlots(frame);
        }

        return Errno.None;
    }

    private void FillHypervisorSlots(ulong frame)
    {
        for (var index = MachineToPhysical.FirstHypervisorSlot; index <= MachineToPhysical.LastHypervisorSlot; index++)
        {
            _transaction.WriteEntry(frame, index, 0);
        }

        foreach (var slot in _slots)
        {
            _transaction.WriteEntry(frame, slot.Index, slot.Entry);
        }
    }

    private Errno ValidateDescriptors(ulong frame)
    {
        for (var index = 0; index < PageTableEntries.PerTable; index++)
        {
            var descriptor = _transaction.ReadEntry(frame, index);
            if (!SegmentDescriptors.TryAdjust(descriptor, out var adjusted))
            {
                return Errno.EINVAL;
            }

            if (adjusted != descriptor)
            {
                _transaction.WriteEntry(frame, index, adjusted);
            }
        }

        return Errno.None;
    }

    /// <summary>Takes the uses that an entry stands for.</summary>
    private Errno GetEntry(ulong entry, DomainId owner, PageType table)
    {
        if (!PageTableEntries.IsPresent(entry))
        {
            return Errno.None;
        }

        if ((entry & PageTableEntries.Disallowed(table)) != 0)
        {
            return Errno.EINVAL;
        }

        var target = PageTableEntries.Frame(entry);
        return table == PageType.L1Table ? GetMappedPage(entry, target, owner) : GetPageAndType(target, owner, table - 1);
    }

    private Errno GetMappedPage(ulong entry, ulong target, DomainId owner)
    {
        if (!_frames.Contains(target))
        {
            return Errno.EINVAL;
        }

        if (!PageTableEntries.IsWritable(entry) && MayRead?.Invoke(target, owner) == true)
        {
            _transaction.Change(target).ReferenceCount++;
            return Errno.None;
        }

        if (GetPage(target, owner) != Errno.None)
        {
            return Errno.EBUSY;
        }

        if (PageTableEntries.IsWritable(entry) && GetType(target, owner, PageType.Writable) != Errno.None)
        {
            return Errno.EBUSY;
        }

        return Errno.None;
    }

    /// <summary>Gives back the uses that an entry stands for.</summary>
    private void PutEntry(ulong entry, PageType table)
    {
        if (!PageTableEntries.IsPresent(entry))
        {
            return;
        }

        var target = PageTableEntries.Frame(entry);
        if (table != PageType.L1Table || PageTableEntries.IsWritable(entry))
        {
            PutType(target);
        }

        PutPage(target);
    }

    private void DropEntries(ulong frame, PageType type)
    {
        if (type is < PageType.L1Table or > PageType.L4Table)
        {
            return;
        }

        for (var index = 0; index < PageTableEntries.PerTable; index++)
        {
            if (IsGuestSlot(type, index))
            {
                PutEntry(_transaction.ReadEntry(frame, index), type);
            }
        }
    }

    private Errno ModifyEntry(ulong frame, int index, ulong value, DomainId owner, bool preserveAccessedDirty)
    {
        var type = _frames[frame].Type;
        if (!IsGuestSlot(type, index))
        {
            return Errno.EINVAL;
        }

        // No shortcut for "similar" entries: take the new uses, then give back the old ones.
        var old = _transaction.ReadEntry(frame, index);
        var result = GetEntry(value, owner, type);
        if (result != Errno.None)
        {
            return result;
        }

        var stored = PageTableEntries.Adjust(value, type);
        if (preserveAccessedDirty)
        {
            stored |= old & (PageTableEntries.Accessed | PageTableEntries.Dirty);
        }

        _transaction.WriteEntry(frame, index, stored);
        PutEntry(old, type);
        return Errno.None;
    }
}
