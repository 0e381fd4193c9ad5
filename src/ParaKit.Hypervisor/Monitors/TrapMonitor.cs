using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Diagnostics;

namespace ParaKit.Hypervisor.Monitors;

/// <summary>
/// Trap and emulate: all of the guest executes directly, its kernel too, and what does not trap goes wrong silently. Popek and Goldberg (1974),
/// "a control program".
/// </summary>
internal sealed class TrapMonitor(DeprivilegedMachine machine, SensitiveProbe? probe, MonitorLimits limits, Counters? counts = null)
    : DirectExecutionMonitor(machine, limits, counts)
{
    /// <summary>Patched sites, if any.</summary>
    public PatchedCode? Patches { get; init; }

    protected override ProcessorExit? Execute(long budget)
    {
        if (!TryEnter())
        {
            return Virtual.IsStarting ? Start() : Emulate(ExitNames.Other);
        }

        var exit = Direct.Run(budget);
        Leave();
        if (exit.Reason == ExitReason.Observed)
        {
            exit = probe!.Execute(Virtual, Direct);
            Leave();
        }

        return Handle(in exit);
    }

    protected override void AfterEmulation() => Patches?.Refresh();

    protected override string NameSoftwareInterrupt() =>
        Patches?.IsAt(Virtual) == true ? ExitNames.Patch : base.NameSoftwareInterrupt();
}
