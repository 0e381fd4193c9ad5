namespace ParaKit.Abi;

/// <summary>Types of the ELF notes with owner "Xen". Xen public/elfnote.h, "XEN_ELFNOTE_*".</summary>
public enum ElfNoteType : uint
{
    /// <summary>Free text.</summary>
    Info = 0,
    /// <summary>Virtual address of the entry point.</summary>
    Entry = 1,
    /// <summary>Virtual address of the hypercall page.</summary>
    HypercallPage = 2,
    /// <summary>Virtual address at which the domain's memory starts.</summary>
    VirtBase = 3,
    /// <summary>Offset from an ELF physical address to a pseudo-physical one.</summary>
    PaddrOffset = 4,
    /// <summary>"xen-3.0".</summary>
    XenVersion = 5,
    /// <summary>Name of the guest.</summary>
    GuestOs = 6,
    /// <summary>Version of the guest.</summary>
    GuestVersion = 7,
    /// <summary>"generic".</summary>
    Loader = 8,
    /// <summary>Whether the kernel uses PAE.</summary>
    PaeMode = 9,
    /// <summary>Features supported and required, as text.</summary>
    Features = 10,
    /// <summary>Whether a symbol table is to be loaded.</summary>
    BsdSymtab = 11,
    /// <summary>Lowest address the hypervisor may use.</summary>
    HvStartLow = 12,
    /// <summary>How an invalid level-1 entry is recognised.</summary>
    L1MfnValid = 13,
    /// <summary>Whether suspend can be cancelled.</summary>
    SuspendCancel = 14,
    /// <summary>Virtual address of the P2M list.</summary>
    InitP2M = 15,
    /// <summary>The module may be passed by frame number.</summary>
    ModStartPfn = 16,
    /// <summary>Supported features as a bitmap.</summary>
    SupportedFeatures = 17,
    /// <summary>32-bit physical entry point (PVH).</summary>
    Phys32Entry = 18,
}
