using System.Runtime.CompilerServices;
using ParaKit.Hardware.Memory;

namespace ParaKit.Hardware.Mmu;

/// <summary>What a walk of the page tables found.</summary>
internal struct PageWalk
{
    /// <summary>The machine's physical address of the byte asked for; after a nested fault the guest's.</summary>
    public ulong Physical;

    /// <summary>The physical address of that byte as the page tables have it: the guest's, with nested paging.</summary>
    public ulong GuestPhysical;

    /// <summary>Error code if the walk failed.</summary>
    public PageFaultErrorCode ErrorCode;

    /// <summary>Memory references made.</summary>
    public int References;

    /// <summary>A write through a cached translation would be right too: allowed, and the dirty bit is set.</summary>
    public bool CacheAsWritable;

    /// <summary>The walk failed because a guest-physical address has no translation.</summary>
    public bool NestedFault;

    /// <summary>That address is the result of the walk, not an entry on the way.</summary>
    public bool NestedFaultIsFinal;
}

/// <summary>
/// 4-level paging with 4 KiB, 2 MiB and 1 GiB pages. Intel SDM vol. 3A, "4-Level Paging and 5-Level Paging",
/// "Access Rights", "Accessed and Dirty Flags".
/// </summary>
/// <remarks>
/// <code>
///              supervisor read   supervisor write      user read   user write     fetch
/// R/W = 0      yes               only if CR0.WP = 0    as U/S      no             as XD
/// U/S = 0      yes               as R/W                no          no             CPL &lt; 3
/// XD = 1       (does not matter)                                                  no, if EFER.NXE
/// </code>
/// Rights are the intersection over all levels. Accessed and dirty bits are set when the whole walk succeeded.
/// With nested paging each address of the guest's tables, and the result, is a guest-physical address that is walked in its turn:
/// up to 4 × (4 + 1) + 4 = 24 references. AMD64 Architecture Programmer's Manual vol. 2, "Nested Paging".
/// </remarks>
internal static unsafe class PageWalker
{
    private const int TopLevel = 4;
    private const int IndexBits = 9;

    /// <summary>A physical address behind any RAM, where nobody drives the bus.</summary>
    private const ulong OpenBus = 1ul << 51;

    public static bool TryWalk(
        PhysicalMemory memory, PagingState paging, ulong linear, AccessKind access, bool user, bool setBits, out PageWalk walk)
    {
        walk = default;
        ulong* path = stackalloc ulong[TopLevel + 1];
        ulong table = paging.Cr3 & PageTableEntry.AddressMask;
        ulong allowed = PageTableEntry.Writable | PageTableEntry.User;
        ulong forbidden = 0;
        bool noExecuteEnabled = paging.NoExecuteEnabled;
        for (int level = TopLevel; ; level--)
        {
            int shift = PhysicalMemory.FrameShift + (IndexBits * (level - 1));
            ulong place = table + (((linear >> shift) & ((1 << IndexBits) - 1)) * sizeof(ulong));

            // The processor may set bits in the entry, so nested paging treats its read as a write.
            if (!TryNest(memory, in paging, place, AccessKind.Write, setBits, ref walk, out path[level]))
            {
                return false;
            }

            ulong entry = ReadEntry(memory, path[level]);
            walk.References++;
            if ((entry & PageTableEntry.Present) == 0)
            {
                return Fail(ref walk, PageFaultErrorCode.None, access, user, noExecuteEnabled);
            }

            bool leaf = level == 1 || (level < TopLevel && (entry & PageTableEntry.PageSize) != 0);
            if ((entry & ReservedBits(level, leaf, noExecuteEnabled)) != 0)
            {
                return Fail(
                    ref walk, PageFaultErrorCode.Protection | PageFaultErrorCode.ReservedBit, access, user, noExecuteEnabled);
            }

            allowed &= entry;
            forbidden |= entry & PageTableEntry.NoExecute;
            if (leaf)
            {
                ulong mask = (1ul << shift) - 1;
                ulong physical = (entry & PageTableEntry.AddressMask & ~mask) | (linear & mask);
                bool writable = (allowed & PageTableEntry.Writable) != 0 || (!user && !paging.WriteProtect);
                bool permitted = (!user || (allowed & PageTableEntry.User) != 0)
                    && (access != AccessKind.Write || writable)
                    && (access != AccessKind.Execute || forbidden == 0);
                if (!permitted)
                {
                    return Fail(ref walk, PageFaultErrorCode.Protection, access, user, noExecuteEnabled);
                }

                walk.CacheAsWritable =
                    writable && ((entry & PageTableEntry.Dirty) != 0 || access == AccessKind.Write);
                walk.GuestPhysical = physical;
                if (!TryNest(memory, in paging, physical, access, setBits, ref walk, out walk.Physical))
                {
                    walk.NestedFaultIsFinal = true;
                    walk.Physical = physical;
                    return false;
                }

                if (setBits)
                {
                    SetBits(memory, path, level, access == AccessKind.Write);
                }

                return true;
            }

            table = entry & PageTableEntry.AddressMask;
        }
    }

    /// <summary>Translates a guest-physical address; false if there is no translation and that ends the walk.</summary>
    private static bool TryNest(
        PhysicalMemory memory, in PagingState paging, ulong address, AccessKind access, bool setBits, ref PageWalk walk, out ulong machine)
    {
        machine = address;
        if (paging.NestedCr3 == 0)
        {
            return true;
        }

        bool found = TryWalk(memory, paging.Nested, address, access, user: true, setBits, out PageWalk nested);
        walk.References += nested.References;
        machine = found ? nested.Physical : OpenBus;
        walk.CacheAsWritable &= !found || nested.CacheAsWritable;
        if (found || !paging.NestedFaultsExit)
        {
            return true;
        }

        (walk.NestedFault, walk.Physical, walk.ErrorCode) = (true, address, nested.ErrorCode);
        return false;
    }

    private static ulong ReservedBits(int level, bool leaf, bool noExecuteEnabled)
    {
        ulong reserved = PageTableEntry.ReservedAddressBits | (noExecuteEnabled ? 0 : PageTableEntry.NoExecute);
        if (level == TopLevel)
        {
            return reserved | PageTableEntry.PageSize;
        }

        // Bit 12 of a large page is PAT; the address bits above it that lie inside the page are reserved.
        int shift = PhysicalMemory.FrameShift + (IndexBits * (level - 1));
        return leaf && level > 1 ? reserved | (((1ul << shift) - 1) & ~0x1ffful) : reserved;
    }

    private static bool Fail(
        ref PageWalk walk, PageFaultErrorCode cause, AccessKind access, bool user, bool noExecuteEnabled)
    {
        walk.ErrorCode = cause
            | (access == AccessKind.Write ? PageFaultErrorCode.Write : 0)
            | (user ? PageFaultErrorCode.User : 0)
            | (access == AccessKind.Execute && noExecuteEnabled ? PageFaultErrorCode.InstructionFetch : 0);
        return false;
    }

    private static void SetBits(PhysicalMemory memory, ulong* path, int leaf, bool dirty)
    {
        for (int level = TopLevel; level >= leaf; level--)
        {
            ulong wanted = PageTableEntry.Accessed | (level == leaf && dirty ? PageTableEntry.Dirty : 0);
            ulong entry = ReadEntry(memory, path[level]);
            if ((entry & wanted) != wanted && memory.Contains(path[level], sizeof(ulong)))
            {
                memory.NoteWrite(path[level], sizeof(ulong));
                *(ulong*)(memory.Base + path[level]) = entry | wanted;
            }
        }
    }

    /// <summary>Outside RAM nobody drives the bus: all ones, which has reserved bits set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ReadEntry(PhysicalMemory memory, ulong physical) =>
        memory.Contains(physical, sizeof(ulong)) ? *(ulong*)(memory.Base + physical) : ulong.MaxValue;
}
