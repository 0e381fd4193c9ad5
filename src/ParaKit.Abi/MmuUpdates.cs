using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>One request of mmu_update (<c>mmu_update_t</c>). Xen public/xen.h, "HYPERVISOR_mmu_update".</summary>
[StructLayout(LayoutKind.Sequential)]
public struct MmuUpdateRequest
{
    /// <summary>Machine address of the entry, with an <see cref="MmuUpdateCommand"/> in bits 1:0.</summary>
    public ulong Pointer;
    /// <summary>New value.</summary>
    public ulong Value;
}

/// <summary>Low two bits of <see cref="MmuUpdateRequest.Pointer"/>. Xen public/xen.h, "MMU_*".</summary>
public enum MmuUpdateCommand : uint
{
    /// <summary>Checked write of a page-table entry (MMU_NORMAL_PT_UPDATE).</summary>
    NormalPageTableUpdate = 0,
    /// <summary>Set the M2P entry of the frame at the address (MMU_MACHPHYS_UPDATE).</summary>
    MachinePhysicalUpdate = 1,
    /// <summary>As a normal update, but accessed and dirty bits are kept (MMU_PT_UPDATE_PRESERVE_AD).</summary>
    PageTableUpdatePreserveAccessedDirty = 2,
    /// <summary>As a normal update; the value is never translated (MMU_PT_UPDATE_NO_TRANSLATE).</summary>
    PageTableUpdateNoTranslate = 3,
}

/// <summary>Commands of mmuext_op. Xen public/xen.h, "MMUEXT_*".</summary>
public enum MmuExtendedCommand : uint
{
    /// <summary>Type and pin a level-1 table.</summary>
    PinL1Table = 0,
    /// <summary>Type and pin a level-2 table.</summary>
    PinL2Table = 1,
    /// <summary>Type and pin a level-3 table.</summary>
    PinL3Table = 2,
    /// <summary>Type and pin a level-4 table.</summary>
    PinL4Table = 3,
    /// <summary>Unpin a table.</summary>
    UnpinTable = 4,
    /// <summary>Install the kernel's top-level table.</summary>
    NewBasePointer = 5,
    /// <summary>Flush this processor's TLB.</summary>
    TlbFlushLocal = 6,
    /// <summary>Flush one address from this processor's TLB.</summary>
    InvalidatePageLocal = 7,
    /// <summary>Flush the TLBs of some processors.</summary>
    TlbFlushMulti = 8,
    /// <summary>Flush one address from the TLBs of some processors.</summary>
    InvalidatePageMulti = 9,
    /// <summary>Flush all TLBs.</summary>
    TlbFlushAll = 10,
    /// <summary>Flush one address from all TLBs.</summary>
    InvalidatePageAll = 11,
    /// <summary>Write back and invalidate the cache.</summary>
    FlushCache = 12,
    /// <summary>Install a local descriptor table.</summary>
    SetLdt = 13,
    /// <summary>Install the top-level table used in user mode; 0 removes it.</summary>
    NewUserBasePointer = 15,
    /// <summary>Fill a frame with zeros.</summary>
    ClearPage = 16,
    /// <summary>Copy a frame.</summary>
    CopyPage = 17,
    /// <summary>Write back and invalidate all caches.</summary>
    FlushCacheGlobal = 18,
    /// <summary>Mark a superpage.</summary>
    MarkSuper = 19,
    /// <summary>Unmark a superpage.</summary>
    UnmarkSuper = 20,
}

/// <summary>One request of mmuext_op (<c>struct mmuext_op</c>). Xen public/xen.h, "HYPERVISOR_mmuext_op".</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
public struct MmuExtendedOperation
{
    /// <summary>What to do.</summary>
    [FieldOffset(0)] public MmuExtendedCommand Command;
    /// <summary>Pin, unpin, base pointers, clear, copy: machine frame (arg1.mfn).</summary>
    [FieldOffset(8)] public ulong MachineFrame;
    /// <summary>Invalidate page, set LDT: linear address (arg1.linear_addr).</summary>
    [FieldOffset(8)] public ulong LinearAddress;
    /// <summary>Set LDT: number of entries (arg2.nr_ents).</summary>
    [FieldOffset(16)] public uint EntryCount;
    /// <summary>Multi-processor flushes: address of the processor bitmap (arg2.vcpumask).</summary>
    [FieldOffset(16)] public ulong VcpuMask;
    /// <summary>Copy: source machine frame (arg2.src_mfn).</summary>
    [FieldOffset(16)] public ulong SourceFrame;
}

/// <summary>Flags of update_va_mapping. Xen public/xen.h, "UVMF_*".</summary>
public enum UpdateVaMappingFlags : ulong
{
    /// <summary>No flush (UVMF_NONE).</summary>
    None = 0,
    /// <summary>Flush entire TLBs (UVMF_TLB_FLUSH).</summary>
    TlbFlush = 1,
    /// <summary>Flush only this address (UVMF_INVLPG).</summary>
    InvalidatePage = 2,
    /// <summary>Bits that select the kind of flush (UVMF_FLUSHTYPE_MASK).</summary>
    FlushTypeMask = 3,
    /// <summary>On all processors instead of this one (UVMF_ALL).</summary>
    All = 4,
}
