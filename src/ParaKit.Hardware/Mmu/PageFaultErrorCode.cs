namespace ParaKit.Hardware.Mmu;

/// <summary>Error code of #PF. Intel SDM vol. 3A, "Page-Fault Exceptions".</summary>
[Flags]
public enum PageFaultErrorCode : uint
{
    /// <summary>A supervisor read of a page that is not present.</summary>
    None = 0,

    /// <summary>P: the page is present; its rights forbid the access.</summary>
    Protection = 1 << 0,

    /// <summary>W/R: the access was a write.</summary>
    Write = 1 << 1,

    /// <summary>U/S: the access was made at CPL 3.</summary>
    User = 1 << 2,

    /// <summary>RSVD: a reserved bit is set in a paging-structure entry.</summary>
    ReservedBit = 1 << 3,

    /// <summary>I/D: the access was an instruction fetch and EFER.NXE is set.</summary>
    InstructionFetch = 1 << 4,
}
