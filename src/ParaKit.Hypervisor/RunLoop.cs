using ParaKit.Abi;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Emulation;
using ParaKit.Hypervisor.Hypercalls;

namespace ParaKit.Hypervisor;

/// <summary>
/// Runs a virtual processor step by step: enter the guest, take its exit, serve it. Time moves by what the processor and the cost profile charge.
/// </summary>
internal sealed class RunLoop(Domain domain, VirtualCpu vcpu, RunLimits limits)
{
    private readonly Processor _processor = vcpu.Processor;

    private VirtualClock Clock => _processor.Clock;

    /// <summary>What the processor cannot execute, after <see cref="RunEnd.Unimplemented"/>.</summary>
    public string? UnimplementedMessage { get; private set; }

    /// <summary>Lets a virtual processor that is not blocked run for a while.</summary>
    /// <param name="most">Instructions at most.</param>
    /// <returns>Why it ends, or null if it goes on.</returns>
    public RunEnd? Step(long most)
    {
        domain.ActFor(vcpu);
        if (!domain.IsAlive)
        {
            return RunEnd.DomainEnded;
        }

        if (limits.Cancellation.IsCancellationRequested)
        {
            return RunEnd.Cancelled;
        }

        if (RemainingInstructions() <= 0)
        {
            return RunEnd.LimitReached;
        }

        PrepareEntry();
        return domain.IsAlive && !TryRunSlice(most) ? RunEnd.Unimplemented : domain.IsAlive ? null : RunEnd.DomainEnded;
    }

    /// <summary>Exits count as instructions, so that a guest which only faults comes to an end too.</summary>
    private long RemainingInstructions() =>
        limits.MaxInstructions == 0 ? long.MaxValue : limits.MaxInstructions - domain.Instructions - domain.ExitCount;

    private void PrepareEntry()
    {
        vcpu.Runstates.Enter(Runstate.Running, vcpu.Clock.Now);
        domain.CatchUp();
        if (domain.Paging.TlbFlushRequired)
        {
            domain.FlushTlbs();
            domain.Paging.TlbFlushRequired = false;
        }

        if (vcpu.Info.NeedsDelivery)
        {
            BounceFrame.Enter(domain, Bounce.Event(vcpu));
        }
    }

    private bool TryRunSlice(long most)
    {
        domain.Exits.Close();
        var exit = _processor.Run(NextBudget(most));
        if (exit.Reason == ExitReason.BudgetExhausted)
        {
            if (vcpu.Timers.Next <= vcpu.Clock.Now)
            {
                ChargeExit();
                domain.Exits.Count(ExitNames.Timer);
                vcpu.Info.WriteTime(vcpu.Clock.Capture());
            }

            return true;
        }

        if (exit.Reason == ExitReason.Syscall)
        {
            ChargeSystemCall();
        }
        else
        {
            ChargeExit();
        }

        return TryHandle(exit);
    }

    private long NextBudget(long most)
    {
        var budget = Math.Min(most, RemainingInstructions());
        var next = Math.Min(vcpu.Timers.Next, domain.Backends.NextDeadline);
        if (next == VirtualTimers.Never)
        {
            return budget;
        }

        var cycles = next <= vcpu.Clock.Now ? 0 : Clock.CyclesAtNanoseconds(next) - Clock.Cycles;
        return (long)Math.Clamp(cycles / _processor.Costs.Instruction, 1, (ulong)budget);
    }

    private void ChargeExit()
    {
        CountExit();
        Clock.Charge(_processor.Costs.Exit + _processor.Costs.Entry);
    }

    /// <summary>SYSCALL to the hypervisor and SYSRET from it: hypercalls and system calls are no exceptions.</summary>
    private void ChargeSystemCall()
    {
        CountExit();
        Clock.Charge(2 * _processor.Costs.SyscallEntry);
    }

    private void CountExit()
    {
        domain.ExitCount++;
        vcpu.Exits.Open(vcpu.State.Rip, !vcpu.InKernelMode);
    }

    private bool TryHandle(in ProcessorExit exit)
    {
        switch (exit.Reason)
        {
            case ExitReason.Syscall:
                HandleSyscall(exit);
                return true;
            case ExitReason.Exception:
                HandleException(exit);
                return true;
            case ExitReason.SoftwareInterrupt:
                domain.Exits.Count(ExitNames.SoftwareInterrupt);
                ExceptionInjection.InjectSoftwareInterrupt(domain, exit.Vector, exit.InstructionLength);
                return true;
            case ExitReason.Unimplemented:
                UnimplementedMessage = exit.Message;
                return false;
            default:
                domain.Exits.Count(ExitNames.Other);
                domain.Crash($"The processor stopped with {exit.Reason} at {domain.Image.Describe(vcpu.State.Rip)}. {exit.Message}");
                return true;
        }
    }

    private void HandleSyscall(in ProcessorExit exit)
    {
        if (vcpu.InKernelMode)
        {
            domain.Exits.Count(ExitNames.Hypercall);
            Clock.Charge(_processor.Costs.Hypercall);
            HypercallTable.Dispatch(domain);
            return;
        }

        domain.Exits.Count(ExitNames.SystemCall);
        if (vcpu.SyscallCallback == 0)
        {
            vcpu.State.Rip -= exit.InstructionLength;
            ExceptionInjection.Inject(domain, ExceptionVector.InvalidOpcode, errorCode: null);
            return;
        }

        // As the instruction does: the frame shows the return address and flags in RCX and R11, and the flat user segments.
        ref var state = ref vcpu.State;
        state.Rflags &= ~Flags.Resume;
        state.Registers[GeneralRegister.Rcx] = state.Rip;
        state.Registers[GeneralRegister.R11] = state.Rflags;
        (state.Cs.Selector, state.Ss.Selector) = (FlatSelectors.UserCode, FlatSelectors.UserStack);
        BounceFrame.Enter(domain, Bounce.SystemCall(vcpu));
    }

    private void HandleException(in ProcessorExit exit)
    {
        domain.Exits.Count(ExitNames.OfException(exit.Vector));
        var isEmulated = exit.Vector switch
        {
            ExceptionVector.GeneralProtection => exit.ErrorCode == 0 && PrivilegedInstructions.TryEmulate(domain),
            ExceptionVector.InvalidOpcode => PrivilegedInstructions.TryEmulateCpuid(domain),
            _ => false,
        };
        if (!isEmulated)
        {
            ExceptionInjection.Inject(domain, exit.Vector, exit.HasErrorCode ? exit.ErrorCode : null, exit.Address);
        }
    }
}
