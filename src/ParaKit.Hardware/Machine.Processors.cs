using ParaKit.Hardware.Cpu;

namespace ParaKit.Hardware;

/// <content>
/// Several processors on one memory. Each has a clock; the one whose time is least goes on, never more than a little beyond the others: an interleaving that is
/// always the same. Whoever lets one do something says so first (<see cref="ActFor"/>): what speaks of "the" processor and its time means that one.
/// </content>
public sealed partial class Machine
{
    /// <summary>How far the clocks of busy processors go apart, in nanoseconds, beyond what cannot be interrupted: 10 µs.</summary>
    public const ulong QuantumNanoseconds = 10_000;

    private readonly LogicalProcessor[] _processors;
    private LogicalProcessor _current;

    /// <summary>How many processors it has.</summary>
    public int ProcessorCount => _processors.Length;

    /// <summary>All of them; the first is the one that boots.</summary>
    public IReadOnlyList<Processor> Processors => [.. _processors.Select(processor => processor.Processor)];

    /// <summary>Messages between local APICs so far.</summary>
    public long ApicMessages => _apics?.Messages ?? 0;

    /// <summary>Cycles of the clock that is furthest.</summary>
    public ulong ElapsedCycles => _processors.Max(processor => processor.Clock.Cycles);

    /// <summary>Cycles of those in which processors waited, all together; those that are behind wait for the one that is furthest.</summary>
    public ulong IdleCycles => _processors.Aggregate(0UL, (sum, processor) => sum + processor.Clock.IdleCycles + ElapsedCycles - processor.Clock.Cycles);

    /// <summary>From now on the machine acts for one of its processors.</summary>
    public void ActFor(int number) => _current = _processors[number];

    /// <summary>Finds whose time is least of those that have something to do, and passes the time until then.</summary>
    /// <param name="until">Cycles at which to look at the others again.</param>
    /// <returns>Its number; less than 0 if all wait, and nothing will come.</returns>
    public int NextProcessor(out ulong until)
    {
        int next = -1;
        ulong least = ulong.MaxValue;
        ulong second = ulong.MaxValue;
        for (int i = 0; i < _processors.Length; i++)
        {
            ulong moment = NextMoment(_processors[i]);
            if (moment < least)
            {
                (next, least, second) = (i, moment, least);
            }
            else
            {
                second = Math.Min(second, moment);
            }
        }

        ulong quantum = Clock.CyclesAtNanoseconds(QuantumNanoseconds);
        until = second < ulong.MaxValue - quantum ? second + quantum : ulong.MaxValue;
        if (next >= 0)
        {
            _processors[next].Clock.AdvanceTo(least);
        }

        return next;
    }

    /// <summary>After a step of the processor that the machine acts for: INIT and startup messages, and what wakes those that wait.</summary>
    /// <returns>What cannot be, and ends the run; null if there is none.</returns>
    public string? Settle()
    {
        if (_apics is null)
        {
            return null;
        }

        foreach (LogicalProcessor other in _processors)
        {
            if (other.Apic is { HasInit: true, IsBootstrap: true })
            {
                return "an INIT message for the processor that boots";
            }

            TakeMessages(other);
            if (other != _current && WaitsForInterrupt(other) && other.Apic!.IsRequested)
            {
                other.Clock.AdvanceTo(_current.Clock.Cycles);
                other.Activity = ProcessorActivity.Running;
            }
        }

        return _apics.Problem;
    }

    /// <summary>The processor that the machine acts for waits after HLT, until it is woken.</summary>
    public void Halt() => _current.Activity = ProcessorActivity.Halted;

    /// <summary>Lets the processor that the machine acts for go on.</summary>
    /// <returns>False if it waits after HLT and no interrupt has come: what a timer did could not reach it.</returns>
    public bool TryResume()
    {
        if (_current.Activity == ProcessorActivity.Halted)
        {
            CatchUp();
            _current.Activity = InterruptRequested ? ProcessorActivity.Running : ProcessorActivity.Halted;
        }

        return _current.Activity == ProcessorActivity.Running;
    }

    private void TakeMessages(LogicalProcessor processor)
    {
        if (processor.Apic!.HasInit)
        {
            processor.Apic.HasInit = false;
            processor.Apic.Reset();
            processor.Processor.ResetToRealMode();
            processor.Activity = ProcessorActivity.WaitingForStartup;
        }

        if (processor.Apic.StartupPage is { } page)
        {
            processor.Apic.StartupPage = null;
            if (processor.Activity == ProcessorActivity.WaitingForStartup)
            {
                processor.Processor.Start(page);
                processor.Clock.AdvanceTo(_current.Clock.Cycles);
                (processor.Activity, processor.SliceLeft) = (ProcessorActivity.Running, 0);
            }
        }
    }

    /// <summary>When a processor can go on, in cycles.</summary>
    private ulong NextMoment(LogicalProcessor processor)
    {
        ulong now = processor.Clock.Cycles;
        if (!WaitsForInterrupt(processor))
        {
            return processor.Activity == ProcessorActivity.Running ? now : ulong.MaxValue;
        }

        return processor.Apic!.IsRequested ? now : Math.Max(now, NextInterrupt(processor));
    }

    private static bool WaitsForInterrupt(LogicalProcessor processor) =>
        processor.Activity == ProcessorActivity.Halted && (processor.Processor.State.Rflags & Flags.Interrupt) != 0;

    /// <summary>The next edge of a timer that could wake a halted processor.</summary>
    private ulong NextInterrupt(LogicalProcessor processor)
    {
        ulong next = processor.Apic!.NextDeadline ?? ulong.MaxValue;
        bool hasTimer = processor.Apic.TakesExternal && _interrupts.CanInterrupt(_timerInput) && _interrupts.First.InService == 0;
        return hasTimer ? Math.Min(next, _timer.NextDeadline ?? ulong.MaxValue) : next;
    }

    /// <summary>Runs all processors in turns.</summary>
    private ProcessorExit RunAll(long instructions)
    {
        for (long left = instructions; left > 0;)
        {
            int next = NextProcessor(out ulong until);
            if (next < 0)
            {
                ActFor(0);
                return new ProcessorExit(ExitReason.Halt);
            }

            ActFor(next);
            if (!TryResume())
            {
                left--;
                continue;
            }

            ProcessorExit exit = RunTurn(Math.Min(left, InstructionsUntil(until)), out long used);
            left -= used;
            if (exit.Reason == ExitReason.Halt && !Processor.Controls.Halt)
            {
                Halt();
            }
            else if (exit.Reason != ExitReason.BudgetExhausted)
            {
                return exit;
            }

            if (Settle() is { } problem)
            {
                return new ProcessorExit(ExitReason.Unimplemented) { Message = problem };
            }
        }

        return new ProcessorExit(ExitReason.BudgetExhausted);
    }

    /// <summary>Lets the processor that the machine acts for run, at most until its devices are to be looked at.</summary>
    private ProcessorExit RunTurn(long instructions, out long used)
    {
        if (_current.SliceLeft <= 0)
        {
            CatchUp();
        }

        long slice = Math.Max(Math.Min(instructions, _current.SliceLeft), 1);
        ProcessorExit exit = Processor.Run(slice, stopAfterPorts: true, out long unused);
        used = slice - Math.Max(unused, 0);
        _current.SliceLeft = Processor.PortsTouched ? 0 : _current.SliceLeft - used;
        return TryTakePowerOff(out uint code) ? new ProcessorExit(ExitReason.PowerOff) { ExitCode = code } : exit;
    }

    /// <summary>Instructions of the processor that the machine acts for that fit before a moment, at least one.</summary>
    private long InstructionsUntil(ulong cycles)
    {
        ulong left = cycles > Clock.Cycles ? cycles - Clock.Cycles : 0;
        return (long)Math.Clamp(left / Math.Max(Processor.Costs.Instruction, 1), 1, long.MaxValue);
    }
}
