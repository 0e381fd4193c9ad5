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
    /// Runs several domains on a machine with one processor, in the turns of a scheduler; the first is domain 1. They share the store and can connect event channels. Costs,
    /// extensions and cancellation are those of the first request.
    /// </summary>
    /// <param name="runs">The domains.</param>
    /// <param name="scheduler">A new scheduler; null for that of <see cref="Schedulers.Names"/> which is first.</param>
    /// <returns>A result for each, in the same order; cycles are the machine's, and so those of all.</returns>
    /// <exception cref="ArgumentException">The state of several guests is to be kept; or the scheduler has had clients, or refuses a guest's parameters.</exception>
    /// <exception cref="DomainBuildException">An image or a memory size cannot be used.</exception>
    public IReadOnlyList<RunResult> RunAll(IReadOnlyList<RunRequest> runs, IScheduler? scheduler = null) =>
        RunAll(runs, cpus: 1, () => scheduler ?? Schedulers.Make(Schedulers.Names[0]));

    /// <summary>As <see cref="RunAll(IReadOnlyList{RunRequest}, IScheduler?)"/>, on a machine with several processors.</summary>
    /// <param name="runs">The domains.</param>
    /// <param name="cpus">Processors, 1 to <see cref="HostOptions.MaximumCpus"/>.</param>
    /// <param name="scheduler">Makes the scheduler of a processor.</param>
    public IReadOnlyList<RunResult> RunAll(IReadOnlyList<RunRequest> runs, int cpus, Func<IScheduler> scheduler)
    {
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Count > 1 && runs.Any(run => run.KeepState))
        {
            throw new ArgumentException("The state of one guest can be kept, not of several on one machine.", nameof(runs));
        }

        using var host = new ParavirtHost(new HostOptions
        {
            MemoryBytes = runs.Aggregate(0UL, (sum, run) => sum + MachineRun.MemoryBytes(run)),
            Domains = runs.Count,
            Cpus = cpus,
            Scheduler = scheduler,
            Costs = runs[0].Costs,
            Extensions = runs[0].Extensions,
            Capture = runs[0].Capture,
        });
        foreach (var run in runs)
        {
            host.Create(run);
        }

        foreach (var forward in runs[0].Forwards)
        {
            host.Forward(forward);
        }

        if (!host.RunToEnd(runs[0].Cancellation))
        {
            host.EndAll(runs[0].Cancellation.IsCancellationRequested ? RunEnd.Cancelled : RunEnd.Deadlocked);
        }

        return [.. host.Guests.Select(guest => guest.Result with { Technique = Name })];
    }
}
