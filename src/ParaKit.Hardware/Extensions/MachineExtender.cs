using ParaKit.Hardware.Bus;
using ParaKit.Hardware.Time;

namespace ParaKit.Hardware.Extensions;

/// <summary>A machine while extensions are added to it. What they get wrong is reported under their name.</summary>
public sealed class MachineExtender
{
    private readonly IMachineExtension _extension;
    private readonly ExtensionInstruction?[] _instructions;
    private readonly PortBus _ports;
    private readonly MemoryBus _memory;
    private readonly IInterruptInputs _interrupts;

    internal MachineExtender(
        IMachineExtension extension, ExtensionInstruction?[] instructions, PortBus ports, MemoryBus memory, IInterruptInputs interrupts, VirtualClock clock)
    {
        (_extension, _instructions, _ports, _memory, _interrupts) = (extension, instructions, ports, memory, interrupts);
        Clock = clock;
    }

    /// <summary>Virtual time, for devices whose state depends on it.</summary>
    public VirtualClock Clock { get; }

    /// <summary>Defines an instruction of <see cref="ExtensionSpace"/>.</summary>
    /// <param name="number">Its number, less than <see cref="ExtensionSpace.Count"/>.</param>
    /// <param name="instruction">What it does.</param>
    /// <exception cref="ExtensionException">There is no such number, or it is taken.</exception>
    public void AddInstruction(int number, ExtensionInstruction instruction)
    {
        ArgumentNullException.ThrowIfNull(instruction);
        if ((uint)number >= ExtensionSpace.Count || _instructions[number] is not null)
        {
            throw Failure($"instruction {number} ({instruction.Mnemonic}) is not one of the {ExtensionSpace.Count}, or is taken");
        }

        _instructions[number] = instruction with { Execute = Guard(instruction) };
    }

    /// <summary>Puts a device at I/O ports.</summary>
    /// <exception cref="ExtensionException">They are taken, or there are no such ports.</exception>
    public void AddPorts(ushort first, int count, IPortDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        Try(() => _ports.Map(first, count, new GuardedDevice(this, device, memory: null)));
    }

    /// <summary>Puts a device at physical addresses, which must lie behind RAM to be reached.</summary>
    /// <exception cref="ExtensionException">They are not whole free pages.</exception>
    public void AddMemory(ulong address, ulong length, IMemoryDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        Try(() => _memory.Map(address, length, new GuardedDevice(this, port: null, device)));
    }

    /// <summary>A wire to an input of the interrupt controllers, 0 to 15.</summary>
    public InterruptLine ConnectInterrupt(int input) => input is >= 0 and < 16 ? new InterruptLine(_interrupts, input) : throw Failure($"there is no interrupt input {input}");

    private ExtensionException Failure(string problem, Exception? cause = null) => new($"Extension '{_extension.Name}': {problem}.", cause!);

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (ArgumentException exception)
        {
            throw Failure(exception.Message, exception);
        }
    }

    private Func<ulong, ulong> Guard(ExtensionInstruction instruction) => operand => Guard($"instruction {instruction.Mnemonic}", () => instruction.Execute(operand));

#pragma warning disable CA1031 // Whatever an extension throws is the extension's failure, and is said to be.
    private T Guard<T>(string what, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception)
        {
            throw Failure($"{what} failed: {exception.Message}", exception);
        }
    }
#pragma warning restore CA1031

    private sealed class GuardedDevice(MachineExtender extender, IPortDevice? port, IMemoryDevice? memory) : IPortDevice, IMemoryDevice
    {
        public uint Read(int offset, int width) => extender.Guard("reading a port", () => port!.Read(offset, width));

        public void Write(int offset, int width, uint value) => extender.Guard("writing a port", () =>
        {
            port!.Write(offset, width, value);
            return 0;
        });

        public ulong Read(ulong offset, int width) => extender.Guard("reading memory", () => memory!.Read(offset, width));

        public void Write(ulong offset, int width, ulong value) => extender.Guard("writing memory", () =>
        {
            memory!.Write(offset, width, value);
            return 0;
        });
    }
}
