using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>
/// Counterparts of <see cref="PageTable"/>: direct paging. Tables hold machine frames and are read-only for the kernel; Xen checks every
/// change. User mode runs on a top level of its own, which mirrors the lower half of the kernel's.
/// </summary>
public static unsafe class ParavirtualPageTable
{
    private const int TopLevel = 4;
    private const int UserSlots = PageTable.EntryCount / 2;

    /// <summary>Counterpart of <see cref="PageTable.Write"/>.</summary>
    public static void Write(ulong* entry, ulong value)
    {
        ulong machine = ToMachineEntry(value);
        ulong physical = (ulong)entry - PageTable.KernelBase;
        if (!FrameUses.IsProtected(physical))
        {
            *entry = machine;
            return;
        }

        Update(entry, machine);
        int index = (int)(physical % PageTable.PageSize / sizeof(ulong));
        if (FrameUses.LevelOf(physical) == TopLevel && index < UserSlots)
        {
            Update(UserTables.Find(physical & PageTable.AddressMask) + index, machine);
        }
    }

    /// <summary>Counterpart of <see cref="PageTable.Read"/>.</summary>
    public static ulong Read(ulong* entry)
    {
        ulong machine = *entry;
        return (machine & PageTable.Present) == 0
            ? machine
            : Domain.ToPhysical(machine & PageTable.AddressMask) | (machine & ~PageTable.AddressMask);
    }

    /// <summary>Counterpart of <see cref="PageTable.Adopt"/>.</summary>
    public static void Adopt(ulong table, int level)
    {
        Mark(table, level);
        ulong* userTable = null;
        if (level == TopLevel)
        {
            userTable = UserTables.Create(table);
            CopyUserSlots(table, userTable);
        }

        ClearWritable(table, level);
        Protect(table, level);
        if (level == TopLevel)
        {
            FrameUses.Protect((ulong)userTable - PageTable.KernelBase);
            Extended(MmuExtendedCommand.PinL4Table, Domain.ToMachine(table) / PageTable.PageSize);
            Extended(MmuExtendedCommand.PinL4Table, Domain.MachineFrameOf(userTable));
        }
    }

    /// <summary>Counterpart of <see cref="PageTable.Release"/>.</summary>
    public static void Release(ulong table, int level)
    {
        if (level == TopLevel)
        {
            ulong* userTable = UserTables.Find(table);
            Extended(MmuExtendedCommand.UnpinTable, Domain.MachineFrameOf(userTable));
            Extended(MmuExtendedCommand.UnpinTable, Domain.ToMachine(table) / PageTable.PageSize);
            FrameUses.Unprotect((ulong)userTable - PageTable.KernelBase);
            UserTables.Free(table);
        }

        FrameUses.Unprotect(table);
    }

    private static void CopyUserSlots(ulong table, ulong* userTable)
    {
        var entries = (ulong*)PageTable.ToVirtual(table);
        for (int i = 0; i < UserSlots; i++)
        {
            userTable[i] = entries[i];
        }
    }

    /// <summary>Notes every table of a tree, so that <see cref="ClearWritable"/> knows them all. Adopted subtrees are left alone.</summary>
    private static void Mark(ulong table, int level)
    {
        FrameUses.Set(table, level);
        for (int i = 0; level > 1 && i < PageTable.EntryCount; i++)
        {
            if (TryGetTarget(table, level, i, out ulong child) && FrameUses.LevelOf(child) == 0)
            {
                Mark(child, level - 1);
            }
        }
    }

    /// <summary>Makes the tree's mappings of frames in use read-only; Xen has not typed the tree yet, so plain stores do.</summary>
    private static void ClearWritable(ulong table, int level)
    {
        var entries = (ulong*)PageTable.ToVirtual(table);
        for (int i = 0; i < PageTable.EntryCount; i++)
        {
            if (!TryGetTarget(table, level, i, out ulong target))
            {
                continue;
            }

            if (level > 1)
            {
                if (!FrameUses.IsProtected(target))
                {
                    ClearWritable(target, level - 1);
                }
            }
            else if (FrameUses.LevelOf(target) != 0)
            {
                entries[i] &= ~PageTable.Writable;
            }
        }
    }

    /// <summary>Makes the tree's own frames read-only in the current direct map.</summary>
    private static void Protect(ulong table, int level)
    {
        for (int i = 0; level > 1 && i < PageTable.EntryCount; i++)
        {
            if (TryGetTarget(table, level, i, out ulong child) && !FrameUses.IsProtected(child))
            {
                Protect(child, level - 1);
            }
        }

        FrameUses.Protect(table);
    }

    /// <summary>Physical address that entry <paramref name="index"/> points at; false for absent entries and Xen's own slots.</summary>
    private static bool TryGetTarget(ulong table, int level, int index, out ulong target)
    {
        target = 0;
        if (level == TopLevel && index is >= MachineToPhysical.FirstHypervisorSlot and <= MachineToPhysical.LastHypervisorSlot)
        {
            return false;
        }

        ulong machine = ((ulong*)PageTable.ToVirtual(table))[index];
        if ((machine & PageTable.Present) == 0)
        {
            return false;
        }

        target = Domain.ToPhysical(machine & PageTable.AddressMask);
        return target < Domain.FrameCount * PageTable.PageSize;
    }

    private static ulong ToMachineEntry(ulong value) => (value & PageTable.Present) == 0
        ? value
        : Domain.ToMachine(value & PageTable.AddressMask) | (value & ~PageTable.AddressMask);

    private static void Update(ulong* entry, ulong machine)
    {
        var request = new MmuUpdateRequest { Pointer = Domain.ToMachine((ulong)entry - PageTable.KernelBase), Value = machine };
        Hypercall.Require(Hypercall.MmuUpdate(&request, 1, null, DomainIds.Self), "update of a page-table entry");
    }

    private static void Extended(MmuExtendedCommand command, ulong frame)
    {
        var operation = new MmuExtendedOperation { Command = command, MachineFrame = frame };
        Hypercall.Require(Hypercall.MmuExtendedOp(&operation, 1, null, DomainIds.Self), "pinning or unpinning of a page table");
    }
}
