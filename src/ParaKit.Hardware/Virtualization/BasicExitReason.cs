namespace ParaKit.Hardware.Virtualization;

/// <summary>Why a guest left non-root mode. Intel SDM vol. 3D, "VMX Basic Exit Reasons", with its numbers.</summary>
public enum BasicExitReason
{
    /// <summary>An exception of the exception bitmap.</summary>
    Exception = 0,

    /// <summary>Triple fault.</summary>
    TripleFault = 2,

    /// <summary>Interrupts can be delivered again.</summary>
    InterruptWindow = 7,

    /// <summary>CPUID.</summary>
    Cpuid = 10,

    /// <summary>HLT.</summary>
    Halt = 12,

    /// <summary>INVLPG.</summary>
    PageInvalidation = 14,

    /// <summary>RDTSC or RDTSCP.</summary>
    TimeStamp = 16,

    /// <summary>An instruction that starts a guest's guest (VMLAUNCH's number; here it is AMD's VMRUN).</summary>
    VirtualMachineRun = 20,

    /// <summary>MOV from or to a control register.</summary>
    ControlRegister = 28,

    /// <summary>IN or OUT.</summary>
    PortAccess = 30,

    /// <summary>RDMSR.</summary>
    ReadModelSpecific = 31,

    /// <summary>WRMSR.</summary>
    WriteModelSpecific = 32,

    /// <summary>The entry failed: guest state or injected event are not possible.</summary>
    InvalidGuestState = 33,

    /// <summary>A guest-physical address without translation, or one that does not allow the access.</summary>
    NestedViolation = 48,

    /// <summary>The instructions asked for are retired.</summary>
    PreemptionTimer = 52,

    /// <summary>Not of the architecture: the simulated processor lacks the instruction.</summary>
    Unimplemented = 0x7fff,
}
