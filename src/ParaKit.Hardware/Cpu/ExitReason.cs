namespace ParaKit.Hardware.Cpu;

/// <summary>Why the processor stopped running.</summary>
public enum ExitReason
{
    /// <summary>The instructions asked for are retired.</summary>
    BudgetExhausted,

    /// <summary>An exception selected by <see cref="ExitControls.Exceptions"/>; the state is as before the instruction.</summary>
    Exception,

    /// <summary>INT n, INT3 or INTO under <see cref="ExitControls.SoftwareInterrupts"/>; RIP is after the instruction.</summary>
    SoftwareInterrupt,

    /// <summary>SYSCALL under <see cref="ExitControls.Syscall"/>; RIP is after it, RCX and R11 are untouched.</summary>
    Syscall,

    /// <summary>HLT; RIP is after it.</summary>
    Halt,

    /// <summary>A permitted port access under <see cref="ExitControls.PortAccess"/>; RIP is at the instruction, the port in Address.</summary>
    PortAccess,

    /// <summary>
    /// Nested paging has no translation for the guest-physical address in Address, under <see cref="ExitControls.NestedPageFault"/>;
    /// ErrorCode is as for a page fault.
    /// </summary>
    NestedPageFault,

    /// <summary>
    /// The instruction at RIP is one of those that the processor was built to observe; it has not executed.
    /// <see cref="Processor.PassObserved"/> lets it.
    /// </summary>
    Observed,

    /// <summary>CPUID, under <see cref="Virtualization.Intercepts.Cpuid"/>; RIP is at it, as for all instructions that exit below.</summary>
    Cpuid,

    /// <summary>RDMSR, under <see cref="Virtualization.Intercepts.ReadModelSpecific"/>.</summary>
    ReadModelSpecific,

    /// <summary>WRMSR, under <see cref="Virtualization.Intercepts.WriteModelSpecific"/>.</summary>
    WriteModelSpecific,

    /// <summary>RDTSC or RDTSCP, under <see cref="Virtualization.Intercepts.TimeStamp"/>.</summary>
    TimeStamp,

    /// <summary>INVLPG, under <see cref="Virtualization.Intercepts.PageInvalidation"/>; the address is the qualification.</summary>
    PageInvalidation,

    /// <summary>
    /// MOV from or to a control register, under <see cref="ExitControls.ControlRegisterReads"/> and <see cref="ExitControls.ControlRegisterWrites"/>.
    /// </summary>
    ControlRegister,

    /// <summary>VMRUN at privilege level 0, where it is offered: whoever offers it does it.</summary>
    VirtualMachineRun,

    /// <summary>An external interrupt could be delivered, under <see cref="Virtualization.Intercepts.InterruptWindow"/>.</summary>
    InterruptWindow,

    /// <summary>An entry to non-root mode failed; nothing of the guest changed.</summary>
    InvalidGuestState,

    /// <summary>The guest wrote the exit port; the value is in ExitCode.</summary>
    PowerOff,

    /// <summary>A fault while a double fault was being delivered (triple fault).</summary>
    Shutdown,

    /// <summary>An instruction or case this processor does not have; RIP is at it, Message names it.</summary>
    Unimplemented,
}
