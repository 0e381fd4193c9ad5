using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>
/// The page that hypervisor and guest share: pending events, their masks and time (<c>shared_info_t</c>).
/// Xen public/xen.h, "shared_info".
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 3136)]
public unsafe struct SharedInfo
{
    /// <summary>Number of virtual processors that have their information in this page (XEN_LEGACY_MAX_VCPUS).</summary>
    public const int LegacyMaximumVcpus = 32;
    /// <summary>Number of event channels of the two-level interface (EVTCHN_2L_NR_CHANNELS).</summary>
    public const uint EventChannelCount = 4096;
    /// <summary>Offset of <see cref="EventPending"/> in bytes.</summary>
    public const int EventPendingOffset = 2048;
    /// <summary>Offset of <see cref="EventMask"/> in bytes.</summary>
    public const int EventMaskOffset = 2560;
    /// <summary>Offset of <see cref="WallClockVersion"/> in bytes.</summary>
    public const int WallClockOffset = 3072;

    /// <summary>Information of virtual processor 0; processor <c>n</c> follows at <c>n * 64</c>.</summary>
    [FieldOffset(0)] public VcpuInfo Vcpu0;
    /// <summary>One bit per event channel: an event is pending (evtchn_pending).</summary>
    [FieldOffset(EventPendingOffset)] public fixed ulong EventPending[64];
    /// <summary>One bit per event channel: events are not reported (evtchn_mask).</summary>
    [FieldOffset(EventMaskOffset)] public fixed ulong EventMask[64];
    /// <summary>Odd while the wall clock is being written (wc_version).</summary>
    [FieldOffset(3072)] public uint WallClockVersion;
    /// <summary>Wall clock at system time 0: low 32 bits of seconds since 1970 (wc_sec).</summary>
    [FieldOffset(3076)] public uint WallClockSeconds;
    /// <summary>Wall clock at system time 0: nanoseconds (wc_nsec).</summary>
    [FieldOffset(3080)] public uint WallClockNanoseconds;
    /// <summary>Wall clock at system time 0: high 32 bits of seconds (wc_sec_hi).</summary>
    [FieldOffset(3084)] public uint WallClockSecondsHigh;
    /// <summary>Architecture-specific part.</summary>
    [FieldOffset(3088)] public ArchSharedInfo Arch;
}

/// <summary>Per-processor part of the shared page (<c>vcpu_info_t</c>). Xen public/xen.h, "vcpu_info".</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public struct VcpuInfo
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 64;

    /// <summary>Non-zero: an unmasked event is pending (evtchn_upcall_pending).</summary>
    [FieldOffset(0)] public byte EventUpcallPending;
    /// <summary>Non-zero: the event callback is not called: the virtual interrupt flag, inverted (evtchn_upcall_mask).</summary>
    [FieldOffset(1)] public byte EventUpcallMask;
    /// <summary>One bit per 64-bit word of pending events (evtchn_pending_sel).</summary>
    [FieldOffset(8)] public ulong EventPendingSelector;
    /// <summary>Architecture-specific part.</summary>
    [FieldOffset(16)] public ArchVcpuInfo Arch;
    /// <summary>Time.</summary>
    [FieldOffset(32)] public VcpuTimeInfo Time;
}

/// <summary>Architecture-specific part of <see cref="VcpuInfo"/>. Xen public/arch-x86/xen-x86_64.h, "arch_vcpu_info".</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct ArchVcpuInfo
{
    /// <summary>Linear address of the last page fault (cr2).</summary>
    [FieldOffset(0)] public ulong Cr2;
    /// <summary>Unused.</summary>
    [FieldOffset(8)] public ulong Pad;
}

/// <summary>
/// Time of a virtual processor (<c>vcpu_time_info_t</c>). Xen public/xen.h, "vcpu_time_info".
/// </summary>
/// <remarks>
/// Read <see cref="Version"/> before and after; retry if it is odd or has changed. Now in nanoseconds is
/// <c>SystemTime + (((tsc - TscTimestamp) &lt;&lt; TscShift) * TscToSystemMultiplier &gt;&gt; 32)</c>, a negative shift shifting right.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 32)]
public struct VcpuTimeInfo
{
    /// <summary>Odd while the hypervisor writes.</summary>
    [FieldOffset(0)] public uint Version;
    /// <summary>Unused.</summary>
    [FieldOffset(4)] public uint Pad0;
    /// <summary>Time-stamp counter at the last update (tsc_timestamp).</summary>
    [FieldOffset(8)] public ulong TscTimestamp;
    /// <summary>Nanoseconds since boot at the last update (system_time).</summary>
    [FieldOffset(16)] public ulong SystemTime;
    /// <summary>Nanoseconds per (shifted) tick as a 32-bit binary fraction (tsc_to_system_mul).</summary>
    [FieldOffset(24)] public uint TscToSystemMultiplier;
    /// <summary>Shift of the tick count before multiplication; negative is to the right (tsc_shift).</summary>
    [FieldOffset(28)] public sbyte TscShift;
    /// <summary>XEN_PVCLOCK_* bits (flags).</summary>
    [FieldOffset(29)] public byte Flags;
}

/// <summary>Architecture-specific part of <see cref="SharedInfo"/>. Xen public/arch-x86/xen.h, "arch_shared_info".</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ArchSharedInfo
{
    /// <summary>Number of valid P2M entries (max_pfn).</summary>
    public ulong MaximumFrame;
    /// <summary>Frame of the top of the P2M tree, 0 if not set up (pfn_to_mfn_frame_list_list).</summary>
    public ulong P2MFrameListList;
    /// <summary>Reason bits of the last NMI (nmi_reason).</summary>
    public ulong NmiReason;
    /// <summary>CR3 of the address space in which <see cref="P2MAddress"/> is valid (p2m_cr3).</summary>
    public ulong P2MCr3;
    /// <summary>Virtual address of the linear P2M list (p2m_vaddr).</summary>
    public ulong P2MAddress;
    /// <summary>Changes before and after each change of the P2M mapping (p2m_generation).</summary>
    public ulong P2MGeneration;
}
