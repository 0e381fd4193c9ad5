using System.Runtime.CompilerServices;
using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>
/// Counterparts of <see cref="PageTable"/>: direct paging. Tables hold machine frames and are read-only for the kernel; Xen checks every
/// change. User mode runs on a top level of its own, which mirrors the lower half of the kernel's.
/// </summary>
public static unsafe class ParavirtualPageTable
{
    private const int TopLevel = 4;

    // A slot of a top level has a twin in the table for user mode.
    private const int RequestsPerUpdate = 2;
    private const int UserSlots = PageTable.EntryCount / 2;

    /// <summary>Counterpart of <see cref="PageTable.Write"/>.</summary>
    public static void Write(ulong* entry, ulong value)
    {
        MmuUpdateRequest* requests = stackalloc MmuUpdateRequest[RequestsPerUpdate];
        Submit(requests, Prepare(new PageTableUpdate { Entry = entry, Value = value }, requests));
    }

    /// <summary>Counterpart of <see cref="PageTable.WriteAll"/>.</summary>
    public static void WriteAll(PageTableUpdate* updates, int count)
    {
        // A request is as large as an update, and takes the place of one that was read.
        var requests = (MmuUpdateRequest*)updates;
        MmuUpdateRequest* prepared = stackalloc MmuUpdateRequest[RequestsPerUpdate];
        uint used = 0;
        for (int i = 0; i < count; i++)
        {
            uint needed = Prepare(updates[i], prepared);
            if (needed == 1)
            {
                requests[used] = prepared[0];
                used++;
            }
            else if (needed > 1)
            {
                Submit(requests, used);
                used = 0;
                Submit(prepared, needed);
            }
        }

        Submit(requests, used);
    }

    /// <summary>Counterpart of <see cref="PageTable.Read"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // Most entries are absent, and walks read all of a table.
    public static ulong Read(ulong* entry)
    {
        ulong machine = *entry;
        return (machine & PageTable.Present) == 0 ? machine : ToPhysicalEntry(machine);
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
            Extended(MmuExtendedCommand.PinL4Table, Domain.ToMachine(Pfn.Containing(table)));
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
            Extended(MmuExtendedCommand.UnpinTable, Domain.ToMachine(Pfn.Containing(table)));
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
        var entries = (ulong*)PageTable.ToVirtual(table);
        for (int i = 0; level > 1 && i < PageTable.EntryCount; i++)
        {
            if (entries[i] != 0 && TryGetTarget(entries[i], level, i, out ulong child) && FrameUses.LevelOf(child) == 0)
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
            if (entries[i] == 0 || !TryGetTarget(entries[i], level, i, out ulong target))
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
        var entries = (ulong*)PageTable.ToVirtual(table);
        for (int i = 0; level > 1 && i < PageTable.EntryCount; i++)
        {
            if (entries[i] != 0 && TryGetTarget(entries[i], level, i, out ulong child) && !FrameUses.IsProtected(child))
            {
                Protect(child, level - 1);
            }
        }

        FrameUses.Protect(table);
    }

    /// <summary>Physical address that an entry with index <paramref name="index"/> points at; false for absent entries and Xen's own slots.</summary>
    private static bool TryGetTarget(ulong machine, int level, int index, out ulong target)
    {
        target = 0;
        if (level == TopLevel && index is >= MachineToPhysical.FirstHypervisorSlot and <= MachineToPhysical.LastHypervisorSlot)
        {
            return false;
        }

        if ((machine & PageTable.Present) == 0)
        {
            return false;
        }

        target = Domain.ToPhysical(Mfn.Containing(machine)).Address;
        return target < Domain.FrameCount * PageTable.PageSize;
    }

    private static ulong ToPhysicalEntry(ulong machine) => Domain.ToPhysical(Mfn.Containing(machine)).Address | (machine & ~PageTable.AddressMask);

    private static ulong ToMachineEntry(ulong value) => (value & PageTable.Present) == 0
        ? value
        : Domain.ToMachine(Pfn.Containing(value & PageTable.AddressMask)).Address | (value & ~PageTable.AddressMask);

    /// <summary>Stores plainly if the table is not in use; makes requests otherwise, and returns how many.</summary>
    private static uint Prepare(PageTableUpdate update, MmuUpdateRequest* requests)
    {
        ulong machine = ToMachineEntry(update.Value);
        ulong physical = (ulong)update.Entry - PageTable.KernelBase;
        if (!FrameUses.IsProtected(physical))
        {
            *update.Entry = machine;
            return 0;
        }

        requests[0] = Request(update.Entry, machine);
        int index = (int)(physical % PageTable.PageSize / sizeof(ulong));
        if (FrameUses.LevelOf(physical) != TopLevel || index >= UserSlots)
        {
            return 1;
        }

        requests[1] = Request(UserTables.Find(physical & PageTable.AddressMask) + index, machine);
        return 2;
    }

    private static MmuUpdateRequest Request(ulong* entry, ulong machine) => new() { Pointer = Domain.MachineAddressOf(entry), Value = machine };

    private static void Submit(MmuUpdateRequest* requests, uint count)
    {
        if (count > 0)
        {
            Hypercall.Require(Hypercall.MmuUpdate(requests, count, null, DomainIds.Self), "update of page-table entries");
        }
    }

    private static void Extended(MmuExtendedCommand command, Mfn frame)
    {
        var operation = new MmuExtendedOperation { Command = command, MachineFrame = frame.Number };
        Hypercall.Require(Hypercall.MmuExtendedOp(&operation, 1, null, DomainIds.Self), "pinning or unpinning of a page table");
    }
}
