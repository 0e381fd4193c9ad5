namespace ParaKit.Image;

/// <summary>Types of the ELF notes with owner "Xen" (Xen public/elfnote.h).</summary>
public enum XenNoteType : uint
{
    /// <summary>XEN_ELFNOTE_INFO: free text.</summary>
    Info = 0,

    /// <summary>XEN_ELFNOTE_ENTRY: linear address of the PV entry.</summary>
    Entry = 1,

    /// <summary>XEN_ELFNOTE_HYPERCALL_PAGE: linear address of the hypercall page.</summary>
    HypercallPage = 2,

    /// <summary>XEN_ELFNOTE_VIRT_BASE: linear address of pseudo-physical frame 0.</summary>
    VirtBase = 3,

    /// <summary>XEN_ELFNOTE_PADDR_OFFSET: bias of the ELF physical addresses.</summary>
    PaddrOffset = 4,

    /// <summary>XEN_ELFNOTE_XEN_VERSION: interface version.</summary>
    XenVersion = 5,

    /// <summary>XEN_ELFNOTE_GUEST_OS: name of the guest.</summary>
    GuestOs = 6,

    /// <summary>XEN_ELFNOTE_GUEST_VERSION: version of the guest.</summary>
    GuestVersion = 7,

    /// <summary>XEN_ELFNOTE_LOADER: loader type.</summary>
    Loader = 8,

    /// <summary>XEN_ELFNOTE_PAE_MODE: 32-bit guests only, present for old loaders.</summary>
    PaeMode = 9,

    /// <summary>XEN_ELFNOTE_FEATURES: feature string.</summary>
    Features = 10,

    /// <summary>XEN_ELFNOTE_HV_START_LOW: lowest linear address the hypervisor may use.</summary>
    HvStartLow = 12,

    /// <summary>XEN_ELFNOTE_INIT_P2M: linear address of the initial P2M list.</summary>
    InitP2M = 15,

    /// <summary>XEN_ELFNOTE_MOD_START_PFN: module start is given as a frame number.</summary>
    ModuleStartPfn = 16,

    /// <summary>XEN_ELFNOTE_PHYS32_ENTRY: physical address of the 32-bit PVH entry.</summary>
    Phys32Entry = 18,
}
