using ParaKit.Hardware;
using ParaKit.Hardware.Cpu;
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
        var options = new MachineOptions { MemoryBytes = MachineRun.MemoryBytes(run), Costs = run.Costs, Extensions = run.Extensions, Processors = MachineRun.ProcessorsOf(run) };
        var machine = MachineBuilder.Build(options);
        using var guest = new MachineRun(Name, run, machine, new PseudoPhysicalMemory(machine.Memory), machine);
        return guest.Run((out bool wasCancelled) => RunMachine(machine, run, out wasCancelled), () => machine.Processors.Sum(processor => processor.Counters.Instructions)) with
        {
            PageWalks = PageWalkCounts.Of(machine.Processors),
        };
    }

    private static ProcessorExit? RunMachine(Machine machine, RunRequest run, out bool wasCancelled)
    {
        var remaining = run.MaxInstructions == 0 ? long.MaxValue : run.MaxInstructions;
        wasCancelled = false;
        while (remaining > 0)
        {
            wasCancelled = run.Cancellation.IsCancellationRequested;
            if (wasCancelled)
            {
                return null;
            }

            var slice = Math.Min(InstructionsPerSlice, remaining);
            var exit = machine.Run(slice);
            if (exit.Reason != ExitReason.BudgetExhausted)
            {
                return exit;
            }

            remaining -= run.MaxInstructions == 0 ? 0 : slice;
        }

        return null;
    }
}
