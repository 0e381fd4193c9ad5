using System.Collections.ObjectModel;

namespace ParaKit.Hardware.Time;

/// <summary>
/// What primitive operations cost in virtual time, in processor cycles. Only primitives: whatever is made of several
/// of them costs their sum.
/// </summary>
public sealed record CostProfile
{
    /// <summary>
    /// A round-number profile of a 1 GHz processor that retires one instruction per cycle. All values are assumed,
    /// chosen for readable traces; none is a measurement of a real machine.
    /// </summary>
    public static CostProfile Default { get; } = new();

    /// <summary>Name printed with every modelled figure.</summary>
    public string Name { get; init; } = "default";

    /// <summary>Cycles per second of virtual time.</summary>
    public ulong FrequencyHz { get; init; } = 1_000_000_000;

    /// <summary>One retired instruction. Must be at least 1.</summary>
    public ulong Instruction { get; init; } = 1;

    /// <summary>One memory reference made by the page walker.</summary>
    public ulong PageWalkReference { get; init; } = 5;

    /// <summary>One access to an I/O port.</summary>
    public ulong PortAccess { get; init; } = 500;

    /// <summary>A MOV to a control register, which waits for everything before it.</summary>
    public ulong ControlRegisterWrite { get; init; } = 50;

    /// <summary>Delivery of an exception or interrupt through the IDT.</summary>
    public ulong ExceptionDelivery { get; init; } = 100;

    /// <summary>An IRET.</summary>
    public ulong InterruptReturn { get; init; } = 80;

    /// <summary>A SYSCALL or SYSRET.</summary>
    public ulong SyscallEntry { get; init; } = 40;

    /// <summary>Leaving a guest for its hypervisor by an exception or interrupt, as deprivileged guests do.</summary>
    public ulong Exit { get; init; } = 600;

    /// <summary>Entering a deprivileged guest from its hypervisor.</summary>
    public ulong Entry { get; init; } = 400;

    /// <summary>Leaving non-root mode (#VMEXIT).</summary>
    public ulong HardwareExit { get; init; } = 600;

    /// <summary>Entering non-root mode (VMRESUME, VMRUN).</summary>
    public ulong HardwareEntry { get; init; } = 400;

    /// <summary>Reading a field of a virtual machine's control structure (VMREAD).</summary>
    public ulong ControlRead { get; init; } = 30;

    /// <summary>Writing a field of a virtual machine's control structure (VMWRITE).</summary>
    public ulong ControlWrite { get; init; } = 30;

    /// <summary>An access to a port of a device that the hypervisor models instead of one on the bus.</summary>
    public ulong ModelledPortAccess { get; init; } = 100;

    /// <summary>A call of the hypervisor from translated code, without a change of privilege level.</summary>
    public ulong CallOut { get; init; } = 60;

    /// <summary>Translation of one instruction.</summary>
    public ulong Translation { get; init; } = 2000;

    /// <summary>Dispatch of one hypercall inside the hypervisor.</summary>
    public ulong Hypercall { get; init; } = 100;

    /// <summary>Where each figure is from, by its name in a file (<see cref="CostProfileFile"/>); empty if all are assumed.</summary>
    public IReadOnlyDictionary<string, string> Sources { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}
