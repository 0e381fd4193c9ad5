using ParaKit.Hardware.Bus;
using ParaKit.Hardware.Devices;
using ParaKit.Hardware.Memory;

namespace ParaKit.Hardware;

/// <summary>What a <see cref="Machine"/> is made of.</summary>
internal sealed record MachineParts
{
    public required PhysicalMemory Memory { get; init; }

    /// <summary>Whether nobody else has that memory.</summary>
    public required bool OwnsMemory { get; init; }

    /// <summary>The processors, each with its clock; the first boots.</summary>
    public required LogicalProcessor[] Processors { get; init; }

    /// <summary>What connects their local APICs; null if they have none.</summary>
    public required ApicBus? Apics { get; init; }

    public required PortBus Ports { get; init; }

    public required Uart16550 Console { get; init; }

    public required InterruptControllerPair Interrupts { get; init; }

    public required IntervalTimer8254 Timer { get; init; }

    public required int TimerInput { get; init; }

    public required ExitPort ExitPort { get; init; }
}
