using System.Diagnostics;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Scheduling;

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
        return RunAll([run])[0];
    }

    /// <summary>
    /// Runs several domains on one machine, in the turns of a scheduler; the first is domain 1. They share the store and can connect event channels. Costs, extensions and
    /// cancellation are those of the first request.
    /// </summary>
    /// <param name="runs">The domains.</param>
    /// <param name="scheduler">A new scheduler; null for that of <see cref="Schedulers.Names"/> which is first.</param>
    /// <returns>A result for each, in the same order; cycles are the machine's, and so those of all.</returns>
    /// <exception cref="ArgumentException">The state of several guests is to be kept; or the scheduler has had clients, or refuses a guest's parameters.</exception>
    /// <exception cref="DomainBuildException">An image or a memory size cannot be used.</exception>
    public IReadOnlyList<RunResult> RunAll(IReadOnlyList<RunRequest> runs, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Count > 1 && runs.Any(run => run.KeepState))
        {
            throw new ArgumentException("The state of one guest can be kept, not of several on one machine.", nameof(runs));
        }

        var host = new HypervisorHost(runs.Aggregate(0UL, (sum, run) => sum + MachineRun.MemoryBytes(run)), runs[0].Costs, runs[0].Extensions, runs.Count);
        using var hold = new MachineHold(host);
        List<Guest> guests = [];
        try
        {
            foreach (var run in runs)
            {
                guests.Add(Build(host, run));
            }

            var watch = Stopwatch.StartNew();
            var ends = new SharedProcessor(
                host.Machine.Clock,
                scheduler ?? Schedulers.Make(Schedulers.Names[0]),
                [.. guests.Select(guest => (guest.Domain, guest.Loop, guest.Run.Scheduling))],
                runs[0].Cancellation).Run();
            watch.Stop();
            return [.. guests.Zip(ends, (guest, end) => Result(guest, end, host, hold, watch.Elapsed))];
        }
        finally
        {
            guests.ForEach(guest => guest.Devices.Dispose());
        }
    }

    private static Guest Build(HypervisorHost host, RunRequest run)
    {
        var console = new ConsoleCapture(run.Console);
        var before = host.Machine.Clock.Cycles;
        var domain = host.Build(run.Image, MachineRun.MemoryBytes(run), run.CommandLine, console.Write);
        domain.Extensions = run.Hypercalls;
        domain.Exits.Observer = run.Observer;
        var devices = new DomainDevices(host, domain, run.Disks, run.ConsoleInput);
        return new Guest(run, domain, new RunLoop(host.Machine, domain, new RunLimits(run.MaxInstructions, run.Cancellation)), devices, console, host.Machine.Clock.Cycles - before);
    }

    private RunResult Result(Guest guest, (RunEnd Why, ulong Cycles) end, HypervisorHost host, MachineHold hold, TimeSpan wall)
    {
        var (domain, run) = (guest.Domain, guest.Run);
        var (outcome, reason) = Judge(end.Why, domain, guest.Loop);
        return new RunResult
        {
            Technique = Name,
            Outcome = outcome,
            ExitCode = outcome == RunOutcome.ShutDown ? (int)domain.ShutdownReason : RunResult.NoExitCode,
            Reason = reason is null ? null : Describe(domain, reason),
            Console = guest.Console.ToString(),
            Instructions = domain.Vcpu.Processor.Counters.Instructions,
            Exits = domain.Exits.Snapshot(),
            Hypercalls = domain.HypercallCounts.Snapshot(),
            ModelledCycles = (long)host.Machine.Clock.Cycles,
            MonitorCycles = (long)domain.Exits.Cycles,
            IdleCycles = (long)host.Machine.Clock.IdleCycles,
            ChargedCycles = (long)(guest.BuildCycles + end.Cycles),
            Devices = guest.Devices.Snapshot(),
            State = run.KeepState ? new GuestState(hold.Release(), ref domain.Vcpu.State, domain.Memory.TryRead) : null,
            Wall = wall,
        };
    }

    private sealed record Guest(RunRequest Run, Domain Domain, RunLoop Loop, DomainDevices Devices, ConsoleCapture Console, ulong BuildCycles);

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
