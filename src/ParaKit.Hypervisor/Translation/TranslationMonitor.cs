using Iced.Intel;
using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Monitors;
using ParaKit.Hypervisor.Shadow;
using ParaKit.Rewriter.Translation;

namespace ParaKit.Hypervisor.Translation;

/// <summary>
/// Binary translation: programs of the guest execute directly, its kernel never does, only translations of it. Adams and Agesen, "A Comparison
/// of Software and Hardware Techniques for x86 Virtualization" (2006), section 3.
/// </summary>
internal sealed class TranslationMonitor(DeprivilegedMachine machine, MonitorLimits limits, TranslationCache cache, CacheMemory memory, Counters? counts = null)
    : DirectExecutionMonitor(machine, limits, counts)
{
    /// <summary>"Innocent until proven guilty": traps of an instruction after which it is translated anew.</summary>
    private const int TrapsUntilRetranslated = 4;

    /// <summary>Executions of such an instruction in a row that would not have trapped, after which it is translated back.</summary>
    private const int HarmlessUntilAcquitted = 32;

    /// <summary>Instructions about which something is remembered; a guest may have any number of addresses.</summary>
    private const int MaximumSuspects = 4096;

    private readonly TranslatedEntry _entry = new(machine, memory);
    private readonly Dictionary<ulong, int> _traps = [];
    private readonly Dictionary<ulong, int> _harmless = [];
    private CachedUnit? _resumable;
    private (CachedUnit Unit, UnitExit Exit)? _leaving;
    private bool _isIndirect;

    /// <summary>Calls of the monitor from translated code, by cause.</summary>
    public Counters CallOuts { get; } = new();

    protected override ProcessorExit? Execute(long budget)
    {
        if (IsUser)
        {
            return ExecuteProgram(budget);
        }

        if (Virtual.IsStarting)
        {
            return Start();
        }

        cache.ActFor(Virtual);
        var state = Virtual.State;
        if (state.Cpl != 0 || (state.Rflags & Flags.Trap) != 0 || !TryFindCode(out var cacheAddress))
        {
            Charge();
            return Emulate(ExitNames.Other);
        }

        return Shadow.TryGetRoot(user: false, out var root) ? ExecuteKernel(cacheAddress, root, budget) : Emulate(ExitNames.Other);
    }

    private ProcessorExit? ExecuteProgram(long budget)
    {
        _resumable = null;
        _entry.Unlimit();
        if (!TryEnter())
        {
            return Emulate(ExitNames.Other);
        }

        var exit = Direct.Run(budget);
        Leave();
        return Handle(in exit);
    }

    /// <summary>Finds where the guest goes on in the cache; false if its code cannot be fetched.</summary>
    private bool TryFindCode(out ulong cacheAddress)
    {
        var rip = Virtual.State.Rip;
        Shadow.ForgetFlooded();
        if (MustFlush)
        {
            cache.Revalidate();
        }

        if (_leaving is null && !_isIndirect && _resumable is { IsAlive: true } && _resumable.Code.TryFindBoundary(rip, out cacheAddress))
        {
            return true;
        }

        var isFound = cache.TryGet(rip, out var unit);
        cacheAddress = unit?.Code.CacheAddress ?? 0;
        if (isFound)
        {
            Link(unit!, rip);
        }

        (_leaving, _isIndirect) = (null, false);
        return isFound;
    }

    /// <summary>Spares the next transfer from the same place the way through the monitor.</summary>
    private void Link(CachedUnit unit, ulong rip)
    {
        if (_leaving is { Unit.IsAlive: true } leaving && leaving.Exit.Target == rip)
        {
            cache.Chain(leaving.Unit, leaving.Exit, unit);
        }

        if (_isIndirect)
        {
            cache.AddIndirect(unit);
        }
    }

    private ProcessorExit? ExecuteKernel(ulong cacheAddress, ulong root, long budget)
    {
        _entry.Enter(cacheAddress, isPending: Guest.InterruptRequested);
        UseShadow(root);
        Exits.Close();
        var end = Direct.Counters.Instructions + budget;
        while (true)
        {
            // At least one: the guest must be between two instructions before anything else can happen to it.
            var exit = Direct.Run(Math.Max(1, end - Direct.Counters.Instructions));
            var place = Direct.State.Rip - (exit.Reason == ExitReason.Syscall ? exit.InstructionLength : 0u);
            var unit = cache.At(place);
            if (!unit.Code.TryFindStep(place, out var step))
            {
                throw new InvalidOperationException($"Translated code stopped at {Direct.State.Rip:x}, which is no instruction of the cache.");
            }

            switch (exit.Reason)
            {
                case ExitReason.BudgetExhausted when step.State != StepState.Boundary:
                    continue;
                case ExitReason.Exception when exit.Vector == ExceptionVector.PageFault:
                    Charge();
                    if (FillShadow(in exit) is var result and not FillResult.Hidden)
                    {
                        return Trap(unit, in step, result == FillResult.True ? ExitNames.OfException(exit.Vector) : ExitNames.TracedAccess);
                    }

                    Refresh();
                    AfterExit?.Invoke();
                    Exits.Close();
                    continue;
                case ExitReason.Exception:
                    Charge();
                    return Trap(unit, in step, ExitNames.OfException(exit.Vector));
                case ExitReason.Syscall:
                    return CallOut(unit, in step);
                default:
                    Stop(unit, in step);
                    return exit.Reason == ExitReason.BudgetExhausted ? null : exit;
            }
        }
    }

    private void Refresh()
    {
        if (Shadow.TryGetRoot(user: false, out var root))
        {
            UseShadow(root);
        }
    }

    /// <summary>The guest is where a step says that it is.</summary>
    private void Stop(CachedUnit unit, in CacheStep step)
    {
        if (step.State == StepState.Finishing)
        {
            throw new InvalidOperationException($"Translated code faulted at {Direct.State.Rip:x}, where it cannot.");
        }

        _entry.Leave(in step);
        _resumable = unit;
    }

    /// <summary>An instruction trapped: the guest's own processor does it, and if it traps often it will be translated differently.</summary>
    private ProcessorExit? Trap(CachedUnit unit, in CacheStep step, string reason)
    {
        Stop(unit, in step);
        if (reason == ExitNames.TracedAccess && IsGuilty(step.Address) && unit.IsAlive)
        {
            cache.Retranslate(unit, step.Address);
        }

        var end = Emulate(reason);
        AfterExit?.Invoke();
        return end;
    }

    private bool IsGuilty(ulong address)
    {
        if (_traps.Count >= MaximumSuspects)
        {
            _traps.Clear();
            _harmless.Clear();
        }

        var traps = _traps.GetValueOrDefault(address) + 1;
        _traps[address] = traps % TrapsUntilRetranslated;
        return traps == TrapsUntilRetranslated;
    }

    /// <summary>Looks again at an instruction that is simulated because it trapped: code that copies memory meets page tables only at times.</summary>
    private void Judge(CachedUnit unit, ulong address, bool isHarmless)
    {
        if (!cache.IsSimulated(address))
        {
            return;
        }

        var harmless = isHarmless ? _harmless.GetValueOrDefault(address) + 1 : 0;
        if (harmless == HarmlessUntilAcquitted)
        {
            cache.Acquit(unit, address);
            harmless = 0;
        }

        _harmless[address] = harmless;
    }

    private ProcessorExit? CallOut(CachedUnit unit, in CacheStep step)
    {
        Interventions++;
        unit.CallOuts++;
        Exits.Open(step.Address, isUser: false, ExitKind.CallOut);
        Guest.Clock.Charge(Direct.Costs.CallOut);
        Stop(unit, in step);
        switch (step.CallOut)
        {
            case Rewriter.Translation.CallOut.Dispatch:
                Count("dispatch");
                var (address, offset) = (step.Address, step.Offset);
                _leaving = (unit, unit.Code.Exits.First(e => e.Target == address && e.CallOutOffset == offset));
                return null;
            case Rewriter.Translation.CallOut.Interrupt:
                Count("interrupt");
                return null;
            case Rewriter.Translation.CallOut.IndirectMiss:
                Count("indirect");
                cache.Counters.IndirectMisses++;
                _isIndirect = true;
                return Simulate(out _);
            default:
                var writes = Shadow.WatchedWrites;
                var end = Simulate(out var instruction);
                Judge(unit, step.Address, isHarmless: Shadow.WatchedWrites == writes);
                Count(instruction.IsInvalid ? "undefined" : instruction.Mnemonic.ToString().ToLowerInvariant());
                return end;
        }
    }

    private void Count(string cause)
    {
        CallOuts.Count(cause);
        Exits.Name(cause);
    }

    private ProcessorExit? Simulate(out Instruction instruction)
    {
        var end = EmulateOne(out instruction);
        if (instruction.Mnemonic == Mnemonic.Invlpg)
        {
            cache.DropPage(instruction.GetVirtualAddress(0, 0, (register, _, _) => InstructionEffects.ValueOf(register, in Virtual.State)));
        }
        else if (ChangesMappings(in instruction))
        {
            cache.Revalidate();
        }

        AfterExit?.Invoke();
        return end;
    }

    private static bool ChangesMappings(in Instruction instruction) =>
        instruction.Code == Code.Mov_cr_r64 || instruction.Mnemonic is Mnemonic.Wrmsr or Mnemonic.Invpcid;
}
