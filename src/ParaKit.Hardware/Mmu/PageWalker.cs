using System.Runtime.CompilerServices;
using ParaKit.Hardware.Memory;

namespace ParaKit.Hardware.Mmu;

/// <summary>What a walk of the page tables found.</summary>
internal struct PageWalk
{
    /// <summary>Physical address of the byte asked for.</summary>
    public ulong Physical;

    /// <summary>Error code if the walk failed.</summary>
    public PageFaultErrorCode ErrorCode;

    /// <summary>Memory references made.</summary>
    public int References;

    /// <summary>A write through a cached translation would be right too: allowed, and the dirty bit is set.</summary>
    public bool CacheAsWritable;
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
/// </remarks>
internal static unsafe class PageWalker
{
    private const int TopLevel = 4;
    private const int IndexBits = 9;

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
            path[level] = table + (((linear >> shift) & ((1 << IndexBits) - 1)) * sizeof(ulong));
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
                walk.Physical = (entry & PageTableEntry.AddressMask & ~mask) | (linear & mask);
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
                if (setBits)
                {
                    SetBits(memory, path, level, access == AccessKind.Write);
                }

                return true;
            }

            table = entry & PageTableEntry.AddressMask;
        }
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
