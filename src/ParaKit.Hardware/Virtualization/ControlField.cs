namespace ParaKit.Hardware.Virtualization;

/// <summary>Fields of a <see cref="VirtualMachineControl"/>. Intel SDM vol. 3C, "Virtual-Machine Control Structures".</summary>
public enum ControlField
{
    /// <summary>Bit n set: exception vector n exits.</summary>
    ExceptionBitmap,

    /// <summary>What else exits: <see cref="Virtualization.Intercepts"/>.</summary>
    Intercepts,

    /// <summary>Bit n set: MOV from CRn exits.</summary>
    ControlRegisterReads,

    /// <summary>Bit n set: MOV to CRn exits.</summary>
    ControlRegisterWrites,

    /// <summary>Physical address of the top-level table of nested paging; 0 for none.</summary>
    NestedTable,

    /// <summary>Event that the next entry delivers (<see cref="EventInformation"/>); the entry clears it.</summary>
    InjectedEvent,

    /// <summary>Error code of that event.</summary>
    InjectedErrorCode,

    /// <summary>Why the guest exited (<see cref="BasicExitReason"/>); this and the following are written by exits only.</summary>
    ExitReason,

    /// <summary>More about the reason (<see cref="ExitQualification"/>).</summary>
    Qualification,

    /// <summary>Of a nested violation: the guest-physical address.</summary>
    GuestPhysicalAddress,

    /// <summary>Of a nested violation: the linear address whose translation met it.</summary>
    GuestLinearAddress,

    /// <summary>Bytes of the instruction that exited.</summary>
    InstructionLength,

    /// <summary>The exception that exited (<see cref="EventInformation"/>).</summary>
    ExitEvent,

    /// <summary>Its error code.</summary>
    ExitErrorCode,

    /// <summary>The event whose delivery the exit interrupted (<see cref="EventInformation"/>); 0 for none.</summary>
    VectoredEvent,

    /// <summary>Its error code.</summary>
    VectoredErrorCode,
}
