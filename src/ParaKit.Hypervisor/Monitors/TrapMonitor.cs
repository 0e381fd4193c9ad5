using ParaKit.Hardware;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Mmu;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Shadow;

namespace ParaKit.Hypervisor.Monitors;

/// <summary>
/// Trap and emulate: the guest's instructions execute directly, all of them at privilege level 3, until one traps. The monitor then
/// looks at what the guest believes its processor to be, lets that do the one instruction (or the fault), and goes on directly.
/// Popek and Goldberg (1974), "a control program"; Goldberg's "direct execution".
/// </summary>
/// <remarks>
/// What the guest believes in is a whole <see cref="Machine"/>: its processor at the guest's privilege level, on the guest's memory by nested
/// paging, with the guest's devices. Emulation is a run of one instruction of that processor, so every instruction has one meaning.
/// </remarks>
internal sealed class TrapMonitor(Machine guest, Processor direct, ShadowPaging shadow, SensitiveProbe probe, MonitorLimits limits)
{
    private const long InstructionsPerSlice = 1 << 20;

    private readonly Processor _virtual = guest.Processor;
    private readonly InstructionReader _reader = new();
    private long _exits;
    private long _retiredAtEntry;
    private PagingRules _rules;

    /// <summary>Exits by reason.</summary>
    public Counters Exits { get; } = new();

    /// <summary>Emulated instructions by mnemonic.</summary>
    public Counters Emulations { get; } = new();

    /// <summary>Instructions of the guest that retired, by whomever.</summary>
    public long Instructions => direct.Counters.Instructions + _virtual.Counters.Instructions;

    /// <summary>Hears of every exit after it was handled; for tests of invariants.</summary>
    public Action? AfterExit { get; init; }

    /// <summary>Patched sites, if any.</summary>
    public PatchedCode? Patches { get; init; }

    /// <summary>Runs the guest until something ends it.</summary>
    /// <returns>How the guest's machine stopped, or null if the limits did (<paramref name="wasCancelled"/> says which).</returns>
    public ProcessorExit? Run(out bool wasCancelled)
    {
        _rules = PagingRules.Of(in _virtual.State);
        while (true)
        {
            wasCancelled = limits.Cancellation.IsCancellationRequested;
            var remaining = limits.MaxInstructions == 0 ? long.MaxValue : limits.MaxInstructions - Instructions - _exits;
            if (wasCancelled || remaining <= 0)
            {
                return null;
            }

            var budget = Math.Min(Math.Min(guest.CatchUp(), remaining), InstructionsPerSlice);
            if (NextStep(budget) is { } end)
            {
                return end;
            }
        }
    }

    private bool IsUser => _virtual.State.Cpl == 3;

    private ProcessorExit? NextStep(long budget)
    {
        var isWaiting = guest.InterruptRequested && (_virtual.State.Rflags & Flags.Interrupt) != 0;
        if (isWaiting && !_virtual.State.InterruptShadow)
        {
            Charge();
            return Emulate(ExitNames.Interrupt);
        }

        // In the shadow of STI exactly one instruction fits before the interrupt.
        return TryEnter() ? Handle(direct.Run(isWaiting ? 1 : budget)) : Emulate(ExitNames.Other);
    }

    /// <summary>Puts the real processor where the guest is; false if the guest has no page tables there.</summary>
    private bool TryEnter()
    {
        shadow.ForgetFlooded();
        if (!shadow.TryGetRoot(IsUser, out var root))
        {
            return false;
        }

        Deprivileging.Enter(in _virtual.State, ref direct.State, limits.Umip);
        if (direct.State.Cr3 != root || shadow.FlushRequired)
        {
            direct.LoadCr3(root);
            shadow.FlushRequired = false;
        }

        _retiredAtEntry = direct.Counters.Instructions;
        return true;
    }

    private void Leave() =>
        Deprivileging.Leave(in direct.State, ref _virtual.State, direct.Counters.Instructions != _retiredAtEntry);

    private ProcessorExit? Handle(ProcessorExit exit)
    {
        Leave();
        if (exit.Reason == ExitReason.Observed)
        {
            exit = probe.Execute(_virtual, direct);
            Leave();
        }

        if (exit.Reason == ExitReason.BudgetExhausted)
        {
            return null;
        }

        Charge();
        var end = Serve(in exit);
        AfterExit?.Invoke();
        return end;
    }

    private ProcessorExit? Serve(in ProcessorExit exit)
    {
        switch (exit.Reason)
        {
            case ExitReason.Exception when exit.Vector == ExceptionVector.PageFault:
                return PageFault(in exit);
            case ExitReason.Exception when exit.Vector == ExceptionVector.Debug:
                Exits.Count(ExitNames.OfException(exit.Vector));
                _virtual.State.DebugRegisters[6] |= direct.State.DebugRegisters[6];
                return _virtual.DeliverException(exit.Vector) ? null : new ProcessorExit(ExitReason.Shutdown);
            case ExitReason.Exception:
                return Emulate(ExitNames.OfException(exit.Vector));
            case ExitReason.SoftwareInterrupt:
                _virtual.State.Rip -= exit.InstructionLength;
                return Emulate(Patches?.IsAt(_virtual) == true ? ExitNames.Patch : ExitNames.SoftwareInterrupt);
            case ExitReason.Syscall:
                _virtual.State.Rip -= exit.InstructionLength;
                return Emulate(ExitNames.SystemCall);
            default:
                return exit;
        }
    }

    private ProcessorExit? PageFault(in ProcessorExit exit)
    {
        var code = (PageFaultErrorCode)exit.ErrorCode;
        var access = (code & PageFaultErrorCode.Write) != 0 ? AccessKind.Write
            : (code & PageFaultErrorCode.InstructionFetch) != 0 ? AccessKind.Execute
            : AccessKind.Read;
        switch (shadow.Fill(exit.Address, access, IsUser))
        {
            case FillResult.Hidden:
                shadow.Counters.HiddenFaults++;
                Exits.Count(ExitNames.HiddenPageFault);
                return null;
            case FillResult.True:
                shadow.Counters.TrueFaults++;
                return Emulate(ExitNames.OfException(ExceptionVector.PageFault));
            default:
                shadow.Counters.TracedWrites++;
                return Emulate(ExitNames.TracedAccess);
        }
    }

    /// <summary>Lets the guest's own processor take the next step: an interrupt, an instruction, or the fault that it raises.</summary>
    private ProcessorExit? Emulate(string reason)
    {
        Exits.Count(reason);
        var isRead = _reader.TryRead(_virtual, out var instruction);
        var retired = _virtual.Counters.Instructions;
        guest.CatchUp();
        var exit = guest.Run(1);
        if (isRead && _virtual.Counters.Instructions != retired)
        {
            Emulations.Count(instruction.Mnemonic.ToString().ToLowerInvariant());
        }

        var rules = PagingRules.Of(in _virtual.State);
        if (rules != _rules)
        {
            _rules = rules;
            shadow.Reset();
        }

        Patches?.Refresh();
        return exit.Reason == ExitReason.BudgetExhausted ? null : exit;
    }

    private void Charge()
    {
        _exits++;
        guest.Clock.Charge(direct.Costs.Exit + direct.Costs.Entry);
    }

    /// <summary>What shadows depend on besides the guest's tables.</summary>
    private readonly record struct PagingRules(bool WriteProtect, bool NoExecute)
    {
        public static PagingRules Of(in CpuState state) =>
            new((state.Cr0 & Cr0.WriteProtect) != 0, (state.Efer & Efer.NoExecuteEnable) != 0);
    }
}
