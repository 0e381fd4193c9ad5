namespace ParaKit.Abi;

/// <summary>Commands of vm_assist. Xen public/xen.h, "VMASST_CMD_*".</summary>
public enum VmAssistCommand : uint
{
    /// <summary>Switch an assist on.</summary>
    Enable = 0,
    /// <summary>Switch an assist off.</summary>
    Disable = 1,
}

/// <summary>Kinds of assists. Xen public/xen.h, "VMASST_TYPE_*".</summary>
public enum VmAssistType : uint
{
    /// <summary>Emulate 4 GiB segments (32-bit only).</summary>
    FourGbSegments = 0,
    /// <summary>Trap when such emulation happens (32-bit only).</summary>
    FourGbSegmentsNotify = 1,
    /// <summary>Write access to page tables is emulated.</summary>
    WritablePageTables = 2,
    /// <summary>Extended CR3 in PAE mode (32-bit only).</summary>
    PaeExtendedCr3 = 3,
    /// <summary>The kernel is subject to IOPL as hardware defines it.</summary>
    ArchitecturalIopl = 4,
    /// <summary>Run state records an update in progress.</summary>
    RunstateUpdateFlag = 5,
    /// <summary>The M2P table is not visible in user mode.</summary>
    M2PStrict = 32,
}
