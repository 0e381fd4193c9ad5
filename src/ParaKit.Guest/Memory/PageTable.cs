using System.Runtime.CompilerServices;
using ParaKit.Guest.Xen;

namespace ParaKit.Guest;

/// <summary>
/// Page tables (Intel SDM vol. 3A, "4-Level Paging"). Entries hold guest-physical addresses in every mode; the paravirtual
/// counterparts translate to machine frames. A table must be adopted before it is used and while it is used.
/// </summary>
public static unsafe class PageTable
{
    /// <summary>Entries in one table.</summary>
    public const int EntryCount = 512;

    /// <summary>Size of a page and of a table in bytes.</summary>
    public const ulong PageSize = 4096;

    /// <summary>Entry is valid.</summary>
    public const ulong Present = 1;

    /// <summary>Writes are allowed.</summary>
    public const ulong Writable = 2;

    /// <summary>User mode may access.</summary>
    public const ulong User = 4;

    /// <summary>Set by the processor on any access.</summary>
    public const ulong Accessed = 0x20;

    /// <summary>Set by the processor on a write.</summary>
    public const ulong Dirty = 0x40;

    /// <summary>Execution is forbidden.</summary>
    public const ulong NoExecute = 1UL << 63;

    /// <summary>The bits of an entry that hold an address.</summary>
    public const ulong AddressMask = 0x000ffffffffff000;

    /// <summary>Linear address at which physical address 0 is, or would be, mapped.</summary>
    public const ulong KernelBase = 0xffffffff80000000;

    /// <summary>Linear address of physical address <paramref name="physical"/> in the kernel's direct map.</summary>
    public static ulong ToVirtual(ulong physical) => physical + KernelBase;

    /// <summary>Index into a table of level <paramref name="level"/> (1 to 4) for <paramref name="address"/>.</summary>
    public static int Index(ulong address, int level) => (int)(address >> (12 + (9 * (level - 1)))) & (EntryCount - 1);

    /// <summary>Stores an entry.</summary>
    /// <param name="entry">Where, in the direct map.</param>
    /// <param name="value">Physical address and flags.</param>
    [Sensitive("store to a page table", Sensitivity.SensitiveStore, Deprivileged = "#PF: the hypervisor keeps page tables read-only", Becomes = "hypercall mmu_update with the machine frame; a plain store while the table is not adopted", Paravirtual = typeof(ParavirtualPageTable))]
    public static void Write([PageTableEntry] ulong* entry, ulong value) => *entry = value;

    /// <summary>Stores several entries, in order; <see cref="PageTableBatch"/> collects them.</summary>
    /// <param name="updates">The stores; afterwards their memory holds anything.</param>
    /// <param name="count">How many.</param>
    [Sensitive("stores to page tables", Sensitivity.SensitiveStore, Deprivileged = "#PF: the hypervisor keeps page tables read-only", Becomes = "one hypercall mmu_update for all of them; plain stores to tables that are not adopted", Paravirtual = typeof(ParavirtualPageTable))]
    public static void WriteAll(PageTableUpdate* updates, int count)
    {
        for (int i = 0; i < count; i++)
        {
            *updates[i].Entry = updates[i].Value;
        }
    }

    /// <summary>Loads an entry.</summary>
    /// <param name="entry">Where, in the direct map.</param>
    [Sensitive("load from a page table", Sensitivity.Platform, Deprivileged = "no trap: the entry shows a machine frame", Becomes = "a load, translated by the M2P table", Paravirtual = typeof(ParavirtualPageTable))]
    public static ulong Read([PageTableEntry] ulong* entry) => *entry;

    /// <summary>
    /// Declares that the table at physical address <paramref name="table"/>, and all below it, are in use as page tables of
    /// <paramref name="level"/> (1 to 4). Call it before the table is linked into a used one or loaded into CR3.
    /// </summary>
    [Sensitive("use of a frame as a page table", Sensitivity.SensitiveStore, Deprivileged = "no trap: writes to it then go unseen", Becomes = "read-only mappings; hypercall mmuext_op(MMUEXT_PIN_L4_TABLE) for a top level", Paravirtual = typeof(ParavirtualPageTable))]
    public static void Adopt(ulong table, int level)
    {
    }

    /// <summary>The opposite of <see cref="Adopt"/>, for a table that is no longer linked; the frame may then be used for anything.</summary>
    [Sensitive("end of use of a frame as a page table", Sensitivity.SensitiveStore, Deprivileged = "no trap", Becomes = "hypercall mmuext_op(MMUEXT_UNPIN_TABLE), then writable mappings again", Paravirtual = typeof(ParavirtualPageTable))]
    public static void Release(ulong table, int level)
    {
    }
}
