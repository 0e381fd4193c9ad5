using System.Diagnostics;
using ParaKit.Hardware;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Mmu;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>No virtualization: the kernel has the machine to itself at privilege level 0. The yardstick for the others.</summary>
public sealed class NativeTechnique : ITechnique
{
    private const long InstructionsPerSlice = 1 << 24;

    /// <inheritdoc/>
    public string Name => "native";

    /// <inheritdoc/>
    public RunResult Run(GuestRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var console = new ConsoleCapture(run.Console);
        var options = new MachineOptions { MemoryBytes = run.MemoryBytes - (run.MemoryBytes % PageTableEntries.FrameBytes), Costs = run.Costs };
        using var machine = MachineBuilder.Build(options);
        machine.Console.Output = console.Write;
        NativeLoader.Load(machine, run.Image, run.CommandLine);

        var watch = Stopwatch.StartNew();
        var (exit, stopped) = RunMachine(machine, run);
        watch.Stop();

        var (outcome, reason) = stopped is null ? Judge(exit, machine.Processor) : (RunOutcome.Stopped, stopped);
        return new RunResult
        {
            Technique = Name,
            Outcome = outcome,
            ExitCode = outcome == RunOutcome.ShutDown ? (int)exit.ExitCode : RunResult.NoExitCode,
            Reason = reason is null ? null : Describe(machine.Processor, run.Image, reason),
            Console = console.ToString(),
            Instructions = machine.Processor.Counters.Instructions,
            Exits = new Counters().Snapshot(),
            Hypercalls = new Counters().Snapshot(),
            ModelledCycles = (long)machine.Clock.Cycles,
            Wall = watch.Elapsed,
        };
    }

    private static (ProcessorExit Exit, string? Stopped) RunMachine(Machine machine, GuestRun run)
    {
        var remaining = run.MaxInstructions == 0 ? long.MaxValue : run.MaxInstructions;
        while (remaining > 0)
        {
            if (run.Cancellation.IsCancellationRequested)
            {
                return (default, "Stopped: the run was cancelled.");
            }

            var slice = Math.Min(InstructionsPerSlice, remaining);
            var exit = machine.Run(slice);
            if (exit.Reason != ExitReason.BudgetExhausted)
            {
                return (exit, null);
            }

            remaining -= run.MaxInstructions == 0 ? 0 : slice;
        }

        return (default, "Stopped: the instruction limit is reached.");
    }

    private static (RunOutcome Outcome, string? Reason) Judge(in ProcessorExit exit, Processor processor) => exit.Reason switch
    {
        ExitReason.PowerOff => (RunOutcome.ShutDown, null),
        ExitReason.Halt when (processor.State.Rflags & Flags.Interrupt) == 0 =>
            (RunOutcome.Stopped, "Stopped: the processor halted with interrupts disabled."),
        ExitReason.Halt => (RunOutcome.Stopped, "Stopped: deadlock. The processor halted and no device will interrupt."),
        ExitReason.Unimplemented => (RunOutcome.Unimplemented, "Unimplemented instruction: " + exit.Message),
        ExitReason.Shutdown => (RunOutcome.Crashed, "Triple fault. " + exit.Message),
        _ => (RunOutcome.Crashed, $"The processor stopped with {exit.Reason}. {exit.Message}"),
    };

    private static string Describe(Processor processor, KernelImage image, string reason) =>
        DomainCrash.Describe(reason, image, ref processor.State, (ulong address, out ulong value) => TryReadStack(processor, address, out value));

    private static bool TryReadStack(Processor processor, ulong address, out ulong value)
    {
        var isMapped = processor.TryTranslate(address, AccessKind.Read, user: false, out var physical, out _)
            && processor.Memory.Contains(physical, sizeof(ulong));
        value = isMapped ? processor.Memory.Read<ulong>(physical) : 0;
        return isMapped;
    }
}
