using ParaKit.Hardware.Bus;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Devices;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Time;

namespace ParaKit.Hardware;

/// <summary>A PC-like machine: processors, RAM, serial console, timer, interrupt controllers, exit port.</summary>
public sealed partial class Machine : IDisposable
{
    private readonly InterruptControllerPair _interrupts;
    private readonly IntervalTimer8254 _timer;
    private readonly int _timerInput;
    private readonly ExitPort _exitPort;
    private readonly bool _ownsMemory;
    private readonly ApicBus? _apics;

    internal Machine(MachineParts parts)
    {
        Memory = parts.Memory;
        _processors = parts.Processors;
        _current = _processors[0];
        _apics = parts.Apics;
        Ports = parts.Ports;
        Console = parts.Console;
        _interrupts = parts.Interrupts;
        _timer = parts.Timer;
        _timerInput = parts.TimerInput;
        _exitPort = parts.ExitPort;
        _ownsMemory = parts.OwnsMemory;
    }

    /// <summary>RAM, from physical address 0.</summary>
    public PhysicalMemory Memory { get; }

    /// <summary>The processor that it acts for; without a word about that the first.</summary>
    public Processor Processor => _current.Processor;

    /// <summary>That processor's virtual time.</summary>
    public VirtualClock Clock => _current.Clock;

    /// <summary>I/O ports.</summary>
    public PortBus Ports { get; }

    /// <summary>Serial port.</summary>
    public Uart16550 Console { get; }

    /// <summary>
    /// Runs processors and devices. HLT with interrupts enabled passes virtual time until a device interrupts; HLT with
    /// interrupts disabled, or with nothing that could interrupt, is an exit.
    /// </summary>
    /// <param name="instructions">Retires at most this many.</param>
    public ProcessorExit Run(long instructions)
    {
        return _processors.Length > 1 ? RunAll(instructions) : RunOne(instructions);
    }

    /// <summary>As <see cref="Run"/>, but lets only the processor run that the machine acts for. If there are others, HLT is an exit: they go on.</summary>
    public ProcessorExit RunOne(long instructions)
    {
        long left = instructions;
        while (true)
        {
            if (_current.SliceLeft <= 0)
            {
                CatchUp();
            }

            long slice = Math.Max(Math.Min(left, _current.SliceLeft), 0);
            ProcessorExit exit = Processor.Run(slice, stopAfterPorts: true, out long unused);
            long used = slice - Math.Max(unused, 0);
            left -= used;
            _current.SliceLeft = Processor.PortsTouched ? 0 : _current.SliceLeft - used;
            if (TryTakePowerOff(out uint code))
            {
                return new ProcessorExit(ExitReason.PowerOff) { ExitCode = code };
            }

            bool goesOn = exit.Reason switch
            {
                ExitReason.BudgetExhausted => left > 0,
                ExitReason.Halt => !Processor.Controls.Halt && _processors.Length == 1 && TryWaitForInterrupt(),
                _ => false,
            };
            if (!goesOn)
            {
                return exit;
            }
        }
    }

    /// <summary>Whether the guest has turned the machine off since the last call, and with which exit code.</summary>
    public bool TryTakePowerOff(out uint code) => _exitPort.TryTake(out code);

    /// <summary>Whether an interrupt controller asks the processor for attention.</summary>
    public bool InterruptRequested => _current.Apic?.IsRequested ?? _interrupts.IsRequested;

    /// <summary>A wire to an input of the interrupt controllers, 0 to 15, for a device that is added.</summary>
    public InterruptLine ConnectInterrupt(int input) => new(_interrupts, input);

    /// <summary>Takes the interrupt that the controllers ask for, on the processor's behalf, and returns its vector.</summary>
    public byte AcknowledgeInterrupt() => _current.Apic?.Acknowledge() ?? _interrupts.Acknowledge();

    /// <summary>
    /// Lets the devices catch up with the clock after somebody else than this machine's processor let time pass.
    /// </summary>
    /// <returns>Instructions that fit before a device acts again; at least one.</returns>
    public long CatchUp()
    {
        if (_current == _processors[0])
        {
            _timer.Update();
        }

        _current.Apic?.Update();
        return _current.SliceLeft = InstructionsToDeadline();
    }

    /// <summary>
    /// Takes over the state of another machine of the same make: processor, devices and time. Memory, what extensions added, and where the console's bytes go stay.
    /// </summary>
    /// <exception cref="NotSupportedException">It has local APICs.</exception>
    public void CopyStateFrom(Machine other)
    {
        if (_apics is not null)
        {
            throw new NotSupportedException("The state of local APICs cannot be copied.");
        }

        Clock.CopyStateFrom(other.Clock);
        Processor.CopyStateFrom(other.Processor);
        _interrupts.CopyStateFrom(other._interrupts);
        _timer.CopyStateFrom(other._timer);
        Console.CopyStateFrom(other.Console);
        _current.SliceLeft = other._current.SliceLeft;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LogicalProcessor processor in _processors)
        {
            processor.Processor.Dispose();
        }

        if (_ownsMemory)
        {
            Memory.Dispose();
        }
    }

    /// <summary>How many instructions fit before the next edge of the processor's timers; at least one.</summary>
    private long InstructionsToDeadline()
    {
        ulong deadline = (_current == _processors[0] ? _timer.NextDeadline : null) ?? ulong.MaxValue;
        deadline = Math.Min(deadline, _current.Apic?.NextDeadline ?? ulong.MaxValue);
        if (deadline == ulong.MaxValue)
        {
            return long.MaxValue;
        }

        ulong cycles = deadline > Clock.Cycles ? deadline - Clock.Cycles : 0;
        ulong cost = Math.Max(Processor.Costs.Instruction, 1);
        return Math.Max(1, (long)Math.Min((cycles + cost - 1) / cost, long.MaxValue / 2));
    }

    /// <summary>Lets virtual time pass after HLT; false if no interrupt can come.</summary>
    public bool TryWaitForInterrupt()
    {
        if ((Processor.State.Rflags & Flags.Interrupt) == 0)
        {
            return false;
        }

        while (!_interrupts.IsRequested)
        {
            if (_timer.NextDeadline is not { } deadline || !_interrupts.CanInterrupt(_timerInput))
            {
                return false;
            }

            Clock.AdvanceTo(deadline);
            _timer.Update();
            _current.SliceLeft = 0;
            if (!_interrupts.IsRequested && _timer.NextDeadline is null)
            {
                return false;
            }

            if (!_interrupts.IsRequested && _interrupts.First.InService != 0)
            {
                // The timer's input waits behind an interrupt in service that a halted processor cannot end.
                return false;
            }
        }

        return true;
    }
}
