using ParaKit.Hardware.Bus;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Devices;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Time;

namespace ParaKit.Hardware;

/// <summary>Assembles machines: the only place that knows addresses, ports and interrupt lines.</summary>
public static class MachineBuilder
{
    private const ushort Com1 = 0x3f8;
    private const ushort ExitPortAddress = 0xf4;

    /// <summary>Builds a machine with its processor in 64-bit mode (see <see cref="Processor.Reset"/>).</summary>
    public static Machine Build(MachineOptions options)
    {
        var memory = new PhysicalMemory(options.MemoryBytes);
        var clock = new VirtualClock(options.Costs.FrequencyHz);
        var ports = new PortBus();
        var console = new Uart16550(new InterruptLine(null, 4));
        var exitPort = new ExitPort();
        ports.Map(Com1, Uart16550.PortCount, console);
        ports.Map(ExitPortAddress, 4, exitPort);
        var processor = new Processor(memory, clock, options.Costs, ports);
        return new Machine(memory, processor, clock, ports, console, exitPort);
    }
}
