namespace ParaKit.Abi;

/// <summary>
/// Virtual addresses of the hypervisor and of the M2P table (machine frame to pseudo-physical frame, readable by every guest).
/// Xen public/arch-x86/xen-x86_64.h, "HYPERVISOR_VIRT_START".
/// </summary>
public static class MachineToPhysical
{
    /// <summary>Start of the hypervisor's addresses (HYPERVISOR_VIRT_START).</summary>
    public const ulong HypervisorStart = 0xFFFF800000000000;
    /// <summary>End of the hypervisor's addresses (HYPERVISOR_VIRT_END).</summary>
    public const ulong HypervisorEnd = 0xFFFF880000000000;
    /// <summary>Start of the M2P table: 64-bit entries indexed by machine frame (MACH2PHYS_VIRT_START).</summary>
    public const ulong VirtualStart = 0xFFFF800000000000;
    /// <summary>End of the M2P table's addresses (MACH2PHYS_VIRT_END).</summary>
    public const ulong VirtualEnd = 0xFFFF804000000000;
    /// <summary>First top-level slot of the hypervisor.</summary>
    public const int FirstHypervisorSlot = 256;
    /// <summary>Last top-level slot of the hypervisor.</summary>
    public const int LastHypervisorSlot = 271;
    /// <summary>Entry of a frame that has no pseudo-physical frame.</summary>
    public const ulong InvalidEntry = 0xFFFFFFFFFFFFFFFF;
}
