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
    /// <param name="hostThreads">
    /// Threads of this machine, each with an equal part of the processors and every n-th guest: a cell with a store and memory of its own. So guests of different cells are independent of each other, and each has the same result as
    /// with one thread.
    /// </param>
    public IReadOnlyList<RunResult> RunAll(IReadOnlyList<RunRequest> runs, int cpus, Func<IScheduler> scheduler, int hostThreads = 1)
    {
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Count > 1 && runs.Any(run => run.KeepState))
        {
            throw new ArgumentException("The state of one guest can be kept, not of several on one machine.", nameof(runs));
        }

        if (hostThreads == 1)
        {
            return RunCell(runs, cpus, scheduler);
        }

        RequireIndependent(runs, cpus, hostThreads);
        var cells = runs.Index().GroupBy(run => run.Index % hostThreads, run => run.Item).Select(cell => cell.ToArray()).ToArray();
        Task<IReadOnlyList<RunResult>>[] threads = [.. cells.Select(cell => Task.Factory.StartNew(
            () => RunCell(cell, cpus / hostThreads, scheduler), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        // Of several failures the first is told, as it is.
        IReadOnlyList<RunResult>[] results = Task.WhenAll(threads).GetAwaiter().GetResult();
        return [.. Enumerable.Range(0, runs.Count).Select(i => results[i % hostThreads][i / hostThreads])];
    }

    private static void RequireIndependent(IReadOnlyList<RunRequest> runs, int cpus, int hostThreads)
    {
        var problem = hostThreads < 1 || hostThreads > runs.Count ? $"there are {runs.Count} guests, and each thread needs one"
            : cpus % hostThreads != 0 ? $"{cpus} processors are not divided evenly"
            : runs.Any(run => run.Scheduling.Affinity != ulong.MaxValue) ? "a guest is pinned, and its processor may be another thread's"
            : runs.Any(run => run.Interfaces.Count > 0 || run.Capture is not null) ? "a network connects guests of different threads"
            : runs.Any(run => run.Extensions.Count > 0) ? "plug-ins do not know of threads"
            : null;
        if (problem is not null)
        {
            throw new ArgumentException($"The guests cannot be divided among {hostThreads} host threads: {problem}.", nameof(hostThreads));
        }
    }

    private IReadOnlyList<RunResult> RunCell(IReadOnlyList<RunRequest> runs, int cpus, Func<IScheduler> scheduler)
    {
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
