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

    /// <summary>Physical address of the page where each processor finds its local APIC, in a machine with several.</summary>
    public const ulong LocalApicAddress = LocalApic.Address;

    /// <summary>The most processors that a machine can have.</summary>
    public const int MaximumProcessors = 32;

    /// <summary>Builds a machine with its first processor in 64-bit mode (see <see cref="Processor.Reset"/>); others wait for startup messages.</summary>
    /// <exception cref="ExtensionException">An extension fails.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The RAM size is not a positive multiple of 4096, or reaches the page of the local APICs; or there is an impossible number of processors.</exception>
    public static Machine Build(MachineOptions options)
    {
        if (options.Processors is < 1 or > MaximumProcessors || (options.Processors > 1 && options.MemoryBytes > LocalApic.Address))
        {
            throw new ArgumentOutOfRangeException(nameof(options), $"A machine has 1 to {MaximumProcessors} processors, and with several at most {LocalApic.Address >> 20} MiB of RAM.");
        }

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

        // One processor has the 8259s at its INTR pin.
        ApicBus? apics = options.Processors > 1 ? new ApicBus() : null;
        return new Machine(new MachineParts
        {
            Memory = memory,
            OwnsMemory = options.SharedMemory is null,
            Processors = [.. Enumerable.Range(0, options.Processors).Select(MakeProcessor)],
            Apics = apics,
            Ports = ports,
            Console = console,
            Interrupts = interrupts,
            Timer = timer,
            TimerInput = TimerInput,
            ExitPort = exitPort,
        });

        LogicalProcessor MakeProcessor(int number)
        {
            VirtualClock own = number == 0 ? clock : new VirtualClock(clock.FrequencyHz);
            LocalApic? apic = apics is null ? null : new LocalApic((uint)number, own, apics, number == 0 ? interrupts : null);
            MemoryBus? bus = options.Extensions.Count == 0 ? null : devices;
            if (apic is not null)
            {
                // Each processor finds its own at the same address.
                bus = new MemoryBus(bus);
                bus.Map(LocalApic.Address, LocalApic.Bytes, apic);
            }

            var processor = new Processor(memory, own, options.Costs, ports)
            {
                Interrupts = apic ?? (IInterruptSource)interrupts,
                LocalApic = apic,
                Extensions = options.Extensions.Count == 0 ? [] : instructions,
                MemoryDevices = bus,
            };
            return new LogicalProcessor(processor, apic, number == 0 ? ProcessorActivity.Running : ProcessorActivity.WaitingForStartup);
        }
    }
}
