using ParaKit.Hardware.Bus;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Devices;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Time;

namespace ParaKit.Hardware;

/// <summary>A PC-like machine: one processor, RAM, serial console, timer, interrupt controllers, exit port.</summary>
public sealed class Machine : IDisposable
{
    private readonly ExitPort _exitPort;

    internal Machine(PhysicalMemory memory, Processor processor, VirtualClock clock, PortBus ports, Uart16550 console, ExitPort exitPort)
    {
        Memory = memory;
        Processor = processor;
        Clock = clock;
        Ports = ports;
        Console = console;
        _exitPort = exitPort;
    }

    /// <summary>RAM, from physical address 0.</summary>
    public PhysicalMemory Memory { get; }

    /// <summary>The processor.</summary>
    public Processor Processor { get; }

    /// <summary>Virtual time.</summary>
    public VirtualClock Clock { get; }

    /// <summary>I/O ports.</summary>
    public PortBus Ports { get; }

    /// <summary>Serial port.</summary>
    public Uart16550 Console { get; }

    /// <summary>
    /// Runs processor and devices. HLT with interrupts enabled passes virtual time until a device interrupts; HLT with
    /// interrupts disabled, or with nothing that could interrupt, is an exit.
    /// </summary>
    /// <param name="instructions">Retires at most this many.</param>
    public ProcessorExit Run(long instructions) =>
        _exitPort.TryTake(out uint code)
            ? new ProcessorExit(ExitReason.PowerOff) { ExitCode = code }
            : Processor.Run(instructions);

    /// <inheritdoc/>
    public void Dispose()
    {
        Processor.Dispose();
        Memory.Dispose();
    }
}
