using ParaKit.Hardware.Virtualization;

namespace ParaKit.Hardware.Cpu;

/// <summary>Which events leave to the host instead of being handled inside the machine. The default is none.</summary>
public record struct ExitControls
{
    /// <summary>Bit n set: exception vector n (0-31) exits instead of going through the guest's IDT.</summary>
    public uint Exceptions { get; set; }

    /// <summary>INT n, INT3 and INTO exit.</summary>
    public bool SoftwareInterrupts { get; set; }

    /// <summary>SYSCALL exits; EFER.SCE is not looked at.</summary>
    public bool Syscall { get; set; }

    /// <summary>HLT leaves <see cref="Machine.Run"/>; without it the machine waits in virtual time for its devices.</summary>
    public bool Halt { get; set; }

    /// <summary>IN, OUT, INS and OUTS exit after their privilege check.</summary>
    public bool PortAccess { get; set; }

    /// <summary>Guest-physical addresses that nested paging does not translate exit; otherwise nobody drives the bus there.</summary>
    public bool NestedPageFault { get; set; }

    /// <summary>Instructions and moments that exit in non-root mode; HLT and ports have members of their own.</summary>
    public Intercepts Intercepts { get; set; }

    /// <summary>Bit n set: MOV from CRn exits after its privilege check.</summary>
    public ushort ControlRegisterReads { get; set; }

    /// <summary>Bit n set: MOV to CRn exits after its privilege check.</summary>
    public ushort ControlRegisterWrites { get; set; }

    /// <summary>The controls of a host that virtualizes everything.</summary>
    public static ExitControls All => new()
    {
        Exceptions = uint.MaxValue,
        SoftwareInterrupts = true,
        Syscall = true,
        Halt = true,
        PortAccess = true,
        NestedPageFault = true,
    };
}
