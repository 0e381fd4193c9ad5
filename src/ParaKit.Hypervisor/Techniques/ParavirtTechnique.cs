using System.Diagnostics;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>
/// Paravirtualization: the kernel knows that it is a guest and asks for everything by hypercalls; it runs deprivileged on page tables
/// that are checked, not shadowed. Barham et al., "Xen and the Art of Virtualization" (2003).
/// </summary>
public sealed class ParavirtTechnique : ITechnique
{
    /// <inheritdoc/>
    public string Name => "paravirt";

    /// <inheritdoc/>
    public RunResult Run(RunRequest run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var console = new ConsoleCapture(run.Console);
        var memoryBytes = run.MemoryBytes - (run.MemoryBytes % PageTableEntries.FrameBytes);
        var host = new HypervisorHost(memoryBytes, run.Costs, run.Extensions);
        using var hold = new MachineHold(host);
        var domain = host.Build(run.Image, memoryBytes, run.CommandLine, console.Write);
        domain.Extensions = run.Hypercalls;
        domain.Exits.Observer = run.Observer;
        using var devices = new DomainDevices(host, domain, run.Disks);
        var loop = new RunLoop(host.Machine, domain, new RunLimits(run.MaxInstructions, run.Cancellation));

        var watch = Stopwatch.StartNew();
        var end = loop.Run();
        watch.Stop();

        var (outcome, reason) = Judge(end, domain, loop);
        return new RunResult
        {
            Technique = Name,
            Outcome = outcome,
            ExitCode = outcome == RunOutcome.ShutDown ? (int)domain.ShutdownReason : RunResult.NoExitCode,
            Reason = reason is null ? null : Describe(domain, reason),
            Console = console.ToString(),
            Instructions = host.Machine.Processor.Counters.Instructions,
            Exits = domain.Exits.Snapshot(),
            Hypercalls = domain.HypercallCounts.Snapshot(),
            ModelledCycles = (long)host.Machine.Clock.Cycles,
            MonitorCycles = (long)domain.Exits.Cycles,
            IdleCycles = (long)host.Machine.Clock.IdleCycles,
            Devices = devices.Snapshot(),
            State = run.KeepState ? new GuestState(hold.Release(), ref domain.Vcpu.State, domain.Memory.TryRead) : null,
            Wall = watch.Elapsed,
        };
    }

    private static (RunOutcome Outcome, string? Reason) Judge(RunEnd end, Domain domain, RunLoop loop) => end switch
    {
        RunEnd.DomainEnded when domain.State == DomainState.Crashed => (RunOutcome.Crashed, "Domain crashed: " + domain.CrashReason),
        RunEnd.DomainEnded => (RunOutcome.ShutDown, null),
        RunEnd.LimitReached => (RunOutcome.Stopped, MachineEnd.LimitReached),
        RunEnd.Cancelled => (RunOutcome.Stopped, MachineEnd.Cancelled),
        RunEnd.Deadlocked => (RunOutcome.Stopped, "Stopped: deadlock. The guest waits for an event, but no timer is armed that could send one."),
        _ => (RunOutcome.Unimplemented, "Unimplemented instruction: " + loop.UnimplementedMessage),
    };

    private static string Describe(Domain domain, string reason) => DomainCrash.Describe(
        reason, domain.Image, ref domain.Vcpu.State, domain.Memory.TryRead, domain.Vcpu.InKernelMode ? "kernel" : "user");
}
