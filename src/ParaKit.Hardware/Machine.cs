using ParaKit.Hardware.Bus;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Devices;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Time;

namespace ParaKit.Hardware;

/// <summary>A PC-like machine: one processor, RAM, serial console, timer, interrupt controllers, exit port.</summary>
public sealed class Machine : IDisposable
{
    private readonly InterruptControllerPair _interrupts;
    private readonly IntervalTimer8254 _timer;
    private readonly int _timerInput;
    private readonly ExitPort _exitPort;
    private readonly bool _ownsMemory;

    /// <summary>
    /// Instructions until devices are looked at again. It outlives a run, so that how a host cuts its runs does not change
    /// what the guest sees.
    /// </summary>
    private long _sliceLeft;

    internal Machine(MachineParts parts)
    {
        Memory = parts.Memory;
        Processor = parts.Processor;
        Clock = parts.Clock;
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
    public ProcessorExit Run(long instructions)
    {
        long left = instructions;
        while (true)
        {
            if (_sliceLeft <= 0)
            {
                CatchUp();
            }

            long slice = Math.Max(Math.Min(left, _sliceLeft), 0);
            ProcessorExit exit = Processor.Run(slice, stopAfterPorts: true, out long unused);
            long used = slice - Math.Max(unused, 0);
            left -= used;
            _sliceLeft = Processor.PortsTouched ? 0 : _sliceLeft - used;
            if (TryTakePowerOff(out uint code))
            {
                return new ProcessorExit(ExitReason.PowerOff) { ExitCode = code };
            }

            bool goesOn = exit.Reason switch
            {
                ExitReason.BudgetExhausted => left > 0,
                ExitReason.Halt => !Processor.Controls.Halt && TryWaitForInterrupt(),
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

    /// <summary>Whether the interrupt controllers ask the processor for attention.</summary>
    public bool InterruptRequested => _interrupts.IsRequested;

    /// <summary>A wire to an input of the interrupt controllers, 0 to 15, for a device that is added.</summary>
    public InterruptLine ConnectInterrupt(int input) => new(_interrupts, input);

    /// <summary>Takes the interrupt that the controllers ask for, on the processor's behalf, and returns its vector.</summary>
    public byte AcknowledgeInterrupt() => _interrupts.Acknowledge();

    /// <summary>
    /// Lets the devices catch up with the clock after somebody else than this machine's processor let time pass.
    /// </summary>
    /// <returns>Instructions that fit before a device acts again; at least one.</returns>
    public long CatchUp()
    {
        _timer.Update();
        return _sliceLeft = InstructionsToDeadline();
    }

    /// <summary>
    /// Takes over the state of another machine of the same make: processor, devices and time. Memory, what extensions added, and where the console's bytes go stay.
    /// </summary>
    public void CopyStateFrom(Machine other)
    {
        Clock.CopyStateFrom(other.Clock);
        Processor.CopyStateFrom(other.Processor);
        _interrupts.CopyStateFrom(other._interrupts);
        _timer.CopyStateFrom(other._timer);
        Console.CopyStateFrom(other.Console);
        _sliceLeft = other._sliceLeft;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Processor.Dispose();
        if (_ownsMemory)
        {
            Memory.Dispose();
        }
    }

    /// <summary>How many instructions fit before the timer's next edge; at least one.</summary>
    private long InstructionsToDeadline()
    {
        if (_timer.NextDeadline is not { } deadline)
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
            _sliceLeft = 0;
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
