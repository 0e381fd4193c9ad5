namespace ParaKit.Hardware.Virtualization;

/// <summary>Instructions and moments that exit. Intel SDM vol. 3C, "VM-Execution Control Fields".</summary>
[Flags]
public enum Intercepts : ulong
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The first instruction boundary at which an external interrupt could be delivered.</summary>
    InterruptWindow = 1 << 0,

    /// <summary>HLT. The processor alone cannot wait, so an entry ends there in any case.</summary>
    Halt = 1 << 1,

    /// <summary>INVLPG.</summary>
    PageInvalidation = 1 << 2,

    /// <summary>RDTSC and RDTSCP.</summary>
    TimeStamp = 1 << 3,

    /// <summary>IN and OUT.</summary>
    PortAccess = 1 << 4,

    /// <summary>CPUID.</summary>
    Cpuid = 1 << 5,

    /// <summary>RDMSR.</summary>
    ReadModelSpecific = 1 << 6,

    /// <summary>WRMSR.</summary>
    WriteModelSpecific = 1 << 7,
}
