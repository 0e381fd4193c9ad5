using System.Diagnostics;
using ParaKit.Hardware;
using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>No virtualization: the kernel has the machine to itself at privilege level 0. The yardstick for the others.</summary>
public sealed class NativeTechnique : ITechnique
{
    private const long InstructionsPerSlice = 1 << 24;

    /// <inheritdoc/>
    public string Name => "native";

    /// <inheritdoc/>
    public RunResult Run(RunRequest run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var console = new ConsoleCapture(run.Console);
        var options = new MachineOptions { MemoryBytes = run.MemoryBytes - (run.MemoryBytes % PageTableEntries.FrameBytes), Costs = run.Costs };
        var machine = MachineBuilder.Build(options);
        using var hold = new MachineHold(machine);
        machine.Console.Output = console.Write;
        NativeLoader.Load(machine.Processor, new PseudoPhysicalMemory(machine.Memory), run.Image, run.CommandLine);

        var watch = Stopwatch.StartNew();
        var (exit, stopped) = RunMachine(machine, run);
        watch.Stop();

        var (outcome, reason) = stopped is null ? MachineEnd.Judge(exit, machine.Processor) : (RunOutcome.Stopped, stopped);
        return new RunResult
        {
            Technique = Name,
            Outcome = outcome,
            ExitCode = outcome == RunOutcome.ShutDown ? (int)exit.ExitCode : RunResult.NoExitCode,
            Reason = reason is null ? null : MachineEnd.Describe(machine.Processor, run.Image, reason),
            Console = console.ToString(),
            Instructions = machine.Processor.Counters.Instructions,
            Exits = new Counters().Snapshot(),
            Hypercalls = new Counters().Snapshot(),
            PageWalks = PageWalkCounts.Of(machine.Processor.Counters),
            ModelledCycles = (long)machine.Clock.Cycles,
            State = run.KeepState ? new GuestState(hold.Release(), ref machine.Processor.State, GuestState.Supervisor(machine.Processor)) : null,
            Wall = watch.Elapsed,
        };
    }

    private static (ProcessorExit Exit, string? Stopped) RunMachine(Machine machine, RunRequest run)
    {
        var remaining = run.MaxInstructions == 0 ? long.MaxValue : run.MaxInstructions;
        while (remaining > 0)
        {
            if (run.Cancellation.IsCancellationRequested)
            {
                return (default, MachineEnd.Cancelled);
            }

            var slice = Math.Min(InstructionsPerSlice, remaining);
            var exit = machine.Run(slice);
            if (exit.Reason != ExitReason.BudgetExhausted)
            {
                return (exit, null);
            }

            remaining -= run.MaxInstructions == 0 ? 0 : slice;
        }

        return (default, MachineEnd.LimitReached);
    }
}
