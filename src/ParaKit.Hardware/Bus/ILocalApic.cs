namespace ParaKit.Hardware.Bus;

/// <summary>What a processor knows of its local APIC, besides that interrupts come from it. Intel SDM vol. 3A, "Local APIC".</summary>
public interface ILocalApic : IInterruptSource
{
    /// <summary>Its identifier, 0 to 254.</summary>
    uint Id { get; }

    /// <summary>Whether the processor is the one that starts the others.</summary>
    bool IsBootstrap { get; }

    /// <summary>Whether it is there at all: IA32_APIC_BASE bit 11. Without it the bootstrap processor has its INTR pin.</summary>
    bool IsEnabled { get; set; }

    /// <summary>The task-priority register; CR8 is its bits 4 to 7.</summary>
    byte TaskPriority { get; set; }
}
