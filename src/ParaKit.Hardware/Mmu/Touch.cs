namespace ParaKit.Hardware.Mmu;

/// <summary>What came of touching a linear address.</summary>
public readonly record struct Touch
{
    /// <summary>Address in the machine's memory; may lie outside RAM.</summary>
    public ulong Machine { get; init; }

    /// <summary>Address as the page tables have it: the guest's, with nested paging. After a nested fault, the one without translation.</summary>
    public ulong GuestPhysical { get; init; }

    /// <summary>On failure the error code that a page fault, or the nested one, has (<see cref="PageFaultErrorCode"/>).</summary>
    public PageFaultErrorCode ErrorCode { get; init; }

    /// <summary>It failed because nested paging has no translation, and that exits (<see cref="Cpu.ExitControls.NestedPageFault"/>).</summary>
    public bool IsNestedFault { get; init; }
}
