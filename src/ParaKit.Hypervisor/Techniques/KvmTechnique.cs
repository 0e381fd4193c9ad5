using ParaKit.Hardware;
using ParaKit.Hypervisor.Kvm;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>
/// The host's own hardware assist: the unmodified kernel runs on Linux KVM, with the devices of the simulated machine. Nothing is modelled then:
/// instructions are not counted, and time is the host's.
/// </summary>
public sealed class KvmTechnique : ITechnique
{
    /// <inheritdoc/>
    public string Name => "kvm";

    /// <inheritdoc/>
    public bool IsOfHost => true;

    /// <inheritdoc/>
    /// <exception cref="TechniqueUnavailableException">The host has no KVM, or it cannot run the kernel.</exception>
    public RunResult Run(RunRequest run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run.Extensions.Count != 0)
        {
            throw new TechniqueUnavailableException("A processor of the host cannot be extended.");
        }

        if (run.MaxInstructions != 0)
        {
            throw new TechniqueUnavailableException("KVM does not count instructions, so it cannot stop after some.");
        }

        var machine = MachineBuilder.Build(new MachineOptions { MemoryBytes = MachineRun.MemoryBytes(run), Costs = run.Costs, Extensions = run.Extensions });
        using var guest = new MachineRun(Name, run, machine, new PseudoPhysicalMemory(machine.Memory), machine);
        using var host = new KvmVirtualMachine(machine.Memory);
        var monitor = new KvmMonitor(machine, host, run.Cancellation);
        monitor.Exits.Observer = run.Observer;
        return guest.Run(monitor.Run, instructions: () => 0) with
        {
            Exits = monitor.Exits.Snapshot(),
            HardwareAssist = new SortedDictionary<string, long>(StringComparer.Ordinal) { ["interrupts injected"] = monitor.Injections },
            ModelledCycles = 0,
            IdleCycles = 0,
        };
    }
}
