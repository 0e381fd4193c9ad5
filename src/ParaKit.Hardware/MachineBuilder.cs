using ParaKit.Hardware.Bus;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Devices;
using ParaKit.Hardware.Extensions;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Time;

namespace ParaKit.Hardware;

/// <summary>Assembles machines: the only place that knows ports and interrupt lines.</summary>
public static class MachineBuilder
{
    private const ushort FirstInterruptController = 0x20;
    private const ushort Timer = 0x40;
    private const ushort SecondInterruptController = 0xa0;
    private const ushort ExitPortAddress = 0xf4;
    private const int ExitPortCount = 4;
    private const ushort Com1 = 0x3f8;
    private const int TimerInput = 0;
    private const int Com1Input = 4;

    /// <summary>Builds a machine with its processor in 64-bit mode (see <see cref="Processor.Reset"/>).</summary>
    /// <exception cref="ExtensionException">An extension fails.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The RAM size is not a positive multiple of 4096.</exception>
    public static Machine Build(MachineOptions options)
    {
        var memory = options.SharedMemory ?? new PhysicalMemory(options.MemoryBytes);
        var clock = new VirtualClock(options.Costs.FrequencyHz);
        var ports = new PortBus();
        var interrupts = new InterruptControllerPair();
        var timer = new IntervalTimer8254(new InterruptLine(interrupts, TimerInput), clock);
        var console = new Uart16550(new InterruptLine(interrupts, Com1Input));
        var exitPort = new ExitPort();
        ports.Map(FirstInterruptController, InterruptController8259.PortCount, interrupts.First);
        ports.Map(SecondInterruptController, InterruptController8259.PortCount, interrupts.Second);
        ports.Map(Timer, IntervalTimer8254.PortCount, timer);
        ports.Map(Com1, Uart16550.PortCount, console);
        ports.Map(ExitPortAddress, ExitPortCount, exitPort);
        var instructions = new ExtensionInstruction?[ExtensionSpace.Count];
        var devices = new MemoryBus();
        foreach (IMachineExtension extension in options.Extensions)
        {
            extension.Extend(new MachineExtender(extension, instructions, ports, devices, interrupts, clock));
        }

        var processor = new Processor(memory, clock, options.Costs, ports)
        {
            Interrupts = interrupts,
            Extensions = options.Extensions.Count == 0 ? [] : instructions,
            MemoryDevices = options.Extensions.Count == 0 ? null : devices,
        };
        return new Machine(new MachineParts
        {
            Memory = memory,
            OwnsMemory = options.SharedMemory is null,
            Processor = processor,
            Clock = clock,
            Ports = ports,
            Console = console,
            Interrupts = interrupts,
            Timer = timer,
            TimerInput = TimerInput,
            ExitPort = exitPort,
        });
    }
}
