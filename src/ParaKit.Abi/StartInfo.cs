using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>
/// What a paravirtual kernel finds at boot: a page whose virtual address is in RSI at entry (<c>start_info_t</c>).
/// Xen public/xen.h, "start_info".
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 1168)]
public unsafe struct StartInfo
{
    /// <summary>Length of <see cref="Magic"/> in bytes.</summary>
    public const int MagicLength = 32;
    /// <summary>Length of <see cref="CommandLine"/> in bytes (MAX_GUEST_CMDLINE).</summary>
    public const int CommandLineLength = 1024;

    /// <summary>"xen-3.0-x86_64", NUL padded.</summary>
    [FieldOffset(0)] public fixed byte Magic[MagicLength];
    /// <summary>Pages allocated to the domain (nr_pages).</summary>
    [FieldOffset(32)] public ulong PageCount;
    /// <summary>Machine address of the shared info page (shared_info).</summary>
    [FieldOffset(40)] public ulong SharedInfo;
    /// <summary>SIF_* flags.</summary>
    [FieldOffset(48)] public StartFlags Flags;
    /// <summary>Machine frame of the store's ring page (store_mfn).</summary>
    [FieldOffset(56)] public ulong StoreFrame;
    /// <summary>Event channel of the store (store_evtchn).</summary>
    [FieldOffset(64)] public uint StorePort;
    /// <summary>Ordinary domain: machine frame of the console's ring page (console.domU.mfn).</summary>
    [FieldOffset(72)] public ulong ConsoleFrame;
    /// <summary>Ordinary domain: event channel of the console (console.domU.evtchn).</summary>
    [FieldOffset(80)] public uint ConsolePort;
    /// <summary>Initial domain: offset of the console information (console.dom0.info_off).</summary>
    [FieldOffset(72)] public uint ConsoleInfoOffset;
    /// <summary>Initial domain: size of the console information in bytes (console.dom0.info_size).</summary>
    [FieldOffset(76)] public uint ConsoleInfoSize;
    /// <summary>Virtual address of the top-level page table (pt_base).</summary>
    [FieldOffset(88)] public ulong PageTableBase;
    /// <summary>Number of bootstrap page-table frames (nr_pt_frames).</summary>
    [FieldOffset(96)] public ulong PageTableFrameCount;
    /// <summary>Virtual address of the P2M list, one machine frame number per pseudo-physical frame (mfn_list).</summary>
    [FieldOffset(104)] public ulong FrameList;
    /// <summary>Virtual address of the module, or its frame if <see cref="StartFlags.ModuleStartIsFrame"/> (mod_start).</summary>
    [FieldOffset(112)] public ulong ModuleStart;
    /// <summary>Size of the module in bytes (mod_len).</summary>
    [FieldOffset(120)] public ulong ModuleLength;
    /// <summary>Command line, NUL terminated (cmd_line).</summary>
    [FieldOffset(128)] public fixed byte CommandLine[CommandLineLength];
    /// <summary>First pseudo-physical frame of the initial P2M list (first_p2m_pfn).</summary>
    [FieldOffset(1152)] public ulong FirstP2MFrame;
    /// <summary>Number of frames of the initial P2M list (nr_p2m_frames).</summary>
    [FieldOffset(1160)] public ulong P2MFrameCount;
}

/// <summary>Flags of <see cref="StartInfo.Flags"/>. Xen public/xen.h, "SIF_*".</summary>
public enum StartFlags : uint
{
    /// <summary>An ordinary domain.</summary>
    None = 0,
    /// <summary>The domain is privileged (SIF_PRIVILEGED).</summary>
    Privileged = 1 << 0,
    /// <summary>The domain is the initial one (SIF_INITDOMAIN).</summary>
    InitialDomain = 1 << 1,
    /// <summary>The module is a multiboot module list (SIF_MULTIBOOT_MOD).</summary>
    MultibootModule = 1 << 2,
    /// <summary>The module's start is a frame number (SIF_MOD_START_PFN).</summary>
    ModuleStartIsFrame = 1 << 3,
    /// <summary>The tools understand a virtually mapped P2M list (SIF_VIRT_P2M_4TOOLS).</summary>
    VirtualP2MForTools = 1 << 4,
}
