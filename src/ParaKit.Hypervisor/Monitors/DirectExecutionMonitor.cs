using Iced.Intel;
using ParaKit.Hardware;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Mmu;
using ParaKit.Hardware.Virtualization;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Shadow;

namespace ParaKit.Hypervisor.Monitors;

/// <summary>
/// What monitors of unmodified guests have in common: the guest's instructions execute at privilege level 3 until one traps. The monitor then
/// looks at what the guest believes its processor to be, lets that do the one instruction (or the fault), and goes on. Goldberg's
/// "direct execution".
/// </summary>
/// <remarks>
/// What the guest believes in is a whole <see cref="Machine"/>: its processor at the guest's privilege level, on the guest's memory by nested
/// paging, with the guest's devices. Emulation is a run of one instruction of that processor, so every instruction has one meaning.
/// </remarks>
/// <param name="machine">The machine, which acts for the processor to be run.</param>
/// <param name="limits">When to stop.</param>
/// <param name="counts">Where to count exits; null for counts of its own.</param>
internal abstract class DirectExecutionMonitor(DeprivilegedMachine machine, MonitorLimits limits, Counters? counts = null) : IProcessorMonitor
{
    private const long InstructionsPerSlice = 1 << 20;

    private readonly InstructionReader _reader = new();
    private long _retiredAtEntry;
    private long _flushedAt = -1;

    /// <summary>Exits by reason.</summary>
    public ExitLog Exits { get; } = new(machine.Virtual.Clock, counts);

    /// <summary>Emulated instructions by mnemonic.</summary>
    public Counters Emulations { get; } = new();

    /// <summary>Instructions of the guest that retired, by whomever.</summary>
    public long Instructions => Direct.Counters.Instructions + Virtual.Counters.Instructions;

    /// <summary>Cycles of the machine's clock at which the run pauses.</summary>
    public ulong Until { get; set; } = ulong.MaxValue;

    /// <summary>Hears of every exit after it was handled; for tests of invariants.</summary>
    public Action? AfterExit { get; init; }

    /// <summary>The machine as the guest believes it to be.</summary>
    protected Machine Guest { get; } = machine.Virtual;

    /// <summary>The processor as the guest believes it to be.</summary>
    protected Processor Virtual { get; } = machine.Virtual.Processor;

    /// <summary>The processor that executes for the guest.</summary>
    protected Processor Direct { get; } = machine.Direct;

    /// <summary>Its page tables.</summary>
    protected ShadowPaging Shadow { get; } = machine.Shadow;

    /// <summary>Whether the guest runs a program rather than its kernel.</summary>
    protected bool IsUser => Virtual.State.Cpl == 3;

    /// <summary>What counts against the limit besides instructions: whatever lets the monitor act.</summary>
    public long Interventions { get; protected set; }

    /// <summary>Runs the guest until something ends it.</summary>
    /// <returns>How the guest's machine stopped, or null if the limits did (<paramref name="wasCancelled"/> says which) or it is time to pause.</returns>
    public ProcessorExit? Run(out bool wasCancelled)
    {
        var messages = Guest.ApicMessages;
        ApplyRules();
        while (true)
        {
            wasCancelled = limits.Cancellation.IsCancellationRequested;
            var remaining = limits.MaxInstructions == 0 ? long.MaxValue : limits.MaxInstructions - Instructions - Interventions;
            if (wasCancelled || remaining <= 0 || Guest.Clock.Cycles >= Until || Guest.ApicMessages != messages)
            {
                Exits.Close();
                return null;
            }

            var budget = Math.Min(Math.Min(Guest.CatchUp(), remaining), Math.Min(InstructionsPerSlice, InstructionsLeft()));
            if (NextStep(budget) is { } end)
            {
                Exits.Close();
                return end.Reason == ExitReason.Halt && Guest.ProcessorCount > 1 ? Halt() : end;
            }
        }
    }

    /// <summary>Others go on while this one waits.</summary>
    private ProcessorExit? Halt()
    {
        Guest.Halt();
        return null;
    }

    /// <summary>Shadows are by the rules of the processor that they are used for.</summary>
    private void ApplyRules()
    {
        var rules = PagingRules.Of(in Virtual.State);
        if (!Virtual.IsStarting && rules != machine.Rules)
        {
            if (machine.Rules is not null)
            {
                Shadow.Reset();
            }

            machine.Rules = rules;
        }
    }

    /// <summary>Lets the guest go on for a while.</summary>
    /// <param name="budget">Instructions at most.</param>
    /// <returns>How the guest's machine stopped, or null if it goes on.</returns>
    protected abstract ProcessorExit? Execute(long budget);

    /// <summary>Looks at the guest's memory after an emulated instruction.</summary>
    protected virtual void AfterEmulation()
    {
    }

    /// <summary>Name under which an INT is counted; RIP is at it.</summary>
    protected virtual string NameSoftwareInterrupt() => ExitNames.SoftwareInterrupt;

    /// <summary>Puts the real processor where the guest is; false if the guest has no page tables there.</summary>
    protected bool TryEnter()
    {
        Shadow.ForgetFlooded();
        if (Virtual.IsStarting || !Shadow.TryGetRoot(IsUser, out var root))
        {
            return false;
        }

        Deprivileging.Enter(in Virtual.State, ref Direct.State, limits.Umip);
        UseShadow(root);
        Exits.Close();
        _retiredAtEntry = Direct.Counters.Instructions;
        return true;
    }

    /// <summary>Makes the real processor use a shadow tree as it is now.</summary>
    protected void UseShadow(ulong root)
    {
        if (Direct.State.Cr3 != root || MustFlush)
        {
            Direct.LoadCr3(root);
            _flushedAt = Shadow.Restrictions;
        }
    }

    /// <summary>Whether entries were taken away or restricted since the real processor's TLB was flushed.</summary>
    protected bool MustFlush => _flushedAt != Shadow.Restrictions;

    /// <summary>Brings the guest's view up to date.</summary>
    protected void Leave() =>
        Deprivileging.Leave(in Direct.State, ref Virtual.State, Direct.Counters.Instructions != _retiredAtEntry);

    /// <summary>Handles an exit of the real processor, after <see cref="Leave"/>.</summary>
    protected ProcessorExit? Handle(in ProcessorExit exit)
    {
        if (exit.Reason == ExitReason.BudgetExhausted)
        {
            return null;
        }

        Charge();
        var end = Serve(in exit);
        AfterExit?.Invoke();
        return end;
    }

    /// <summary>Answers a page fault of the real processor.</summary>
    protected FillResult FillShadow(in ProcessorExit exit)
    {
        var code = (PageFaultErrorCode)exit.ErrorCode;
        var access = (code & PageFaultErrorCode.Write) != 0 ? AccessKind.Write
            : (code & PageFaultErrorCode.InstructionFetch) != 0 ? AccessKind.Execute
            : AccessKind.Read;
        var result = Shadow.Fill(exit.Address, access, IsUser);
        switch (result)
        {
            case FillResult.Hidden:
                Shadow.Counters.HiddenFaults++;
                Exits.Count(ExitNames.HiddenPageFault);
                break;
            case FillResult.True:
                Shadow.Counters.TrueFaults++;
                break;
            default:
                Shadow.Counters.TracedWrites++;
                break;
        }

        return result;
    }

    /// <summary>Lets the guest's own processor take the next step: an interrupt, an instruction, or the fault that it raises.</summary>
    /// <param name="reason">Why it left, as counted.</param>
    protected ProcessorExit? Emulate(string reason)
    {
        Exits.Count(reason);
        return EmulateOne(out _);
    }

    /// <summary>As <see cref="Emulate"/>, without counting an exit.</summary>
    /// <param name="instruction">The instruction at RIP; the default if it cannot be read.</param>
    protected ProcessorExit? EmulateOne(out Instruction instruction)
    {
        instruction = default;
        var isRead = !Virtual.IsStarting && _reader.TryRead(Virtual, out instruction);
        var retired = Virtual.Counters.Instructions;
        Guest.CatchUp();
        var exit = RunOne();
        if (isRead && Virtual.Counters.Instructions != retired)
        {
            Emulations.Count(instruction.Mnemonic.ToString().ToLowerInvariant());
        }

        ApplyRules();
        AfterEmulation();
        return exit.Reason == ExitReason.BudgetExhausted ? null : exit;
    }

    /// <summary>
    /// Lets the guest's own processor take one step, having pages of the guest's memory provided that it touches. An interrupt that it had acknowledged when one was
    /// missing is delivered again; instructions and exceptions happen again by themselves.
    /// </summary>
    private ProcessorExit RunOne()
    {
        var exit = Guest.RunOne(1);
        while (exit.Reason == ExitReason.NestedPageFault)
        {
            var interrupted = Virtual.InterruptedEvent;
            if (!machine.Nested.TryProvide(exit.Address, (exit.Qualification & ExitQualification.NestedWrite) != 0))
            {
                return RunWithoutMemory();
            }

            exit = interrupted is { IsValid: true, Type: EventType.External } ? Deliver(interrupted) : Guest.RunOne(1);
        }

        return exit;
    }

    private ProcessorExit Deliver(EventInformation information)
    {
        while (!Virtual.TryInject(information, errorCode: 0, out var exit))
        {
            if (exit.Reason != ExitReason.NestedPageFault
                || !machine.Nested.TryProvide(exit.Address, (exit.Qualification & ExitQualification.NestedWrite) != 0))
            {
                return exit;
            }
        }

        return new ProcessorExit(ExitReason.BudgetExhausted);
    }

    /// <summary>Where the guest has no memory nobody drives the bus.</summary>
    private ProcessorExit RunWithoutMemory()
    {
        var controls = Virtual.Controls;
        Virtual.Controls = controls with { NestedPageFault = false };
        var exit = Guest.RunOne(1);
        Virtual.Controls = controls;
        return exit;
    }

    /// <summary>Instructions that fit before the pause, at least one.</summary>
    private long InstructionsLeft() =>
        (long)Math.Clamp((Until - Guest.Clock.Cycles) / Math.Max(Direct.Costs.Instruction, 1), 1, long.MaxValue);

    /// <summary>A processor that was started is in real mode: the guest's own does all that leads to 64-bit mode.</summary>
    protected ProcessorExit? Start()
    {
        Charge();
        return Emulate(ExitNames.Startup);
    }

    /// <summary>Charges an exit and the entry that follows it.</summary>
    protected void Charge()
    {
        Interventions++;
        Exits.Open(Virtual.State.Rip, IsUser);
        Guest.Clock.Charge(Direct.Costs.Exit + Direct.Costs.Entry);
    }

    private ProcessorExit? NextStep(long budget)
    {
        var isWaiting = Guest.InterruptRequested && (Virtual.State.Rflags & Flags.Interrupt) != 0;
        if (isWaiting && !Virtual.State.InterruptShadow)
        {
            Charge();
            return Emulate(ExitNames.Interrupt);
        }

        // In the shadow of STI exactly one instruction fits before the interrupt.
        return Execute(isWaiting ? 1 : budget);
    }

    private ProcessorExit? Serve(in ProcessorExit exit)
    {
        switch (exit.Reason)
        {
            case ExitReason.Exception when exit.Vector == ExceptionVector.PageFault:
                return FillShadow(in exit) switch
                {
                    FillResult.Hidden => null,
                    FillResult.True => Emulate(ExitNames.OfException(ExceptionVector.PageFault)),
                    _ => Emulate(ExitNames.TracedAccess),
                };
            case ExitReason.Exception when exit.Vector == ExceptionVector.Debug:
                Exits.Count(ExitNames.OfException(exit.Vector));
                Virtual.State.DebugRegisters[6] |= Direct.State.DebugRegisters[6];
                return Deliver(new EventInformation(EventType.Exception, exit.Vector, hasErrorCode: false)) is { Reason: not ExitReason.BudgetExhausted } end ? end : null;
            case ExitReason.Exception:
                return Emulate(ExitNames.OfException(exit.Vector));
            case ExitReason.SoftwareInterrupt:
                Virtual.State.Rip -= exit.InstructionLength;
                return Emulate(NameSoftwareInterrupt());
            case ExitReason.Syscall:
                Virtual.State.Rip -= exit.InstructionLength;
                return Emulate(ExitNames.SystemCall);
            default:
                return exit;
        }
    }
}
