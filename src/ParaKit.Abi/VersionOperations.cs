using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>Commands of xen_version. Xen public/version.h, "XENVER_*".</summary>
public enum VersionOperation : uint
{
    /// <summary>Returns major &lt;&lt; 16 | minor.</summary>
    Version = 0,
    /// <summary>Writes 16 bytes of text.</summary>
    ExtraVersion = 1,
    /// <summary>Writes compiler, builder and date.</summary>
    CompileInfo = 2,
    /// <summary>Writes 1024 bytes of text: kinds of guests supported.</summary>
    Capabilities = 3,
    /// <summary>Writes 64 bytes of text.</summary>
    ChangeSet = 4,
    /// <summary>Writes the start of the hypervisor's virtual addresses.</summary>
    PlatformParameters = 5,
    /// <summary>Reads and writes <see cref="FeatureInfo"/>.</summary>
    GetFeatures = 6,
    /// <summary>Returns the page size in bytes.</summary>
    PageSize = 7,
    /// <summary>Writes the domain's 16-byte handle.</summary>
    GuestHandle = 8,
    /// <summary>Writes 1024 bytes of text.</summary>
    CommandLine = 9,
    /// <summary>Writes the build identifier.</summary>
    BuildId = 10,
}

/// <summary>Argument of get_features. Xen public/version.h, "xen_feature_info".</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FeatureInfo
{
    /// <summary>IN: which 32 features.</summary>
    public uint SubmapIndex;
    /// <summary>OUT: one bit per <see cref="Feature"/>.</summary>
    public uint Submap;
}

/// <summary>Feature numbers. Xen public/features.h, "XENFEAT_*".</summary>
public enum Feature
{
    /// <summary>The guest need not write-protect its page tables.</summary>
    WritablePageTables = 0,
    /// <summary>The guest need not write-protect its descriptor tables.</summary>
    WritableDescriptorTables = 1,
    /// <summary>The hypervisor translates pseudo-physical addresses.</summary>
    AutoTranslatedPhysmap = 2,
    /// <summary>The kernel runs at privilege level 0.</summary>
    SupervisorModeKernel = 3,
    /// <summary>Page directories may lie above 4 GiB.</summary>
    PaePageDirectoryAbove4Gb = 4,
    /// <summary>mmu_update can preserve accessed and dirty bits.</summary>
    MmuPtUpdatePreserveAd = 5,
    /// <summary>mmuext_op can clear and copy pages.</summary>
    HighmemAssist = 6,
    /// <summary>Grant mappings can set available bits.</summary>
    GrantMapAvailableBits = 7,
    /// <summary>Callback vectors for hardware-assisted domains.</summary>
    HvmCallbackVector = 8,
    /// <summary>Paravirtual clock for hardware-assisted domains.</summary>
    HvmSafePvclock = 9,
    /// <summary>Physical interrupts for hardware-assisted domains.</summary>
    HvmPirqs = 10,
    /// <summary>The caller is the initial domain.</summary>
    Dom0 = 11,
    /// <summary>memory_op knows virtual nodes.</summary>
    MemoryOpVnodeSupported = 13,
}
