using ParaKit.Hypervisor.Scheduling;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Experiments;

/// <summary>
/// How well domains are kept apart: many of them at once, shares by weight, and neighbours that misbehave. In the shape of Barham et al., "Xen and the Art of
/// Virtualization" (2003), sections 4.3 to 4.5.
/// </summary>
internal sealed class IsolationExperiment(int domains, Action<string> progress, CancellationToken cancellation)
{
    private const string Paper = "Barham et al., \"Xen and the Art of Virtualization\" (2003)";
    private const ulong ShortSlice = 5;
    private const ulong LongSlice = 50;
    private const ulong Duration = 300;
    private const double LargestCost = 5;
    private const int Weights = 8;
    private const string Refusal = "refuse";
    private const string Misbehaving = "Two of four domains misbehave: ";

    private static readonly (string Role, string What)[] s_hostile =
    [
        ("fork", "fork bomb"),
        ("disk", "disk hog"),
        ("tables", "page-table storm"),
        ("events", "event and store storm"),
        ("timer", "interrupt storm"),
        (Refusal, "balloon refusal"),
        ("hungry", "memory storm"),
    ];

    private readonly List<Finding> _findings = [];
    private readonly List<Chart> _charts = [];

    /// <summary>Does the experiment.</summary>
    public ExperimentReport Run()
    {
        FindScale();
        FindShares();
        FindIsolation();
        return new ExperimentReport(
            "isolation",
            "How well domains are kept apart",
            "Many kernels share one machine. None may get more than its share, slow the others down by what it does, or make them late. Here the experiments of the Xen paper were repeated on the simulated machine, with kernels that compute, " +
            "answer requests or read, and with kernels that misbehave as well as they can.",
            _findings,
            _charts);
    }

    private void FindScale()
    {
        var alone = Throughput(1, ShortSlice, out _);
        var lossShort = 100 * (1 - (Throughput(domains, ShortSlice, out var turns) / alone));
        var lossLong = 100 * (1 - (Throughput(domains, LongSlice, out _) / alone));
        var section = $"{domains} domains that compute, by turns";
        _findings.Add(new(section, "throughput lost, turns of 5 ms", "%", lossShort, 7.5, Paper + ", 4.5; there, caches are cold after each switch, which costs nothing here", 0, 7.5));
        _findings.Add(new(section, "throughput lost, turns of 50 ms", "%", lossLong, null, "", 0, Math.Max(0.01, lossShort / 2)));
        _findings.Add(new(section, "mean wait of a packet for one of them, turns of 5 ms", "ms", MeanWait(turns, guest: 1), 147, Paper + ", 4.5", ShortSlice, domains * (double)ShortSlice));
        _findings.Add(new(section, "mean wait for one more that mostly sleeps, by BVT", "ms", SleepersWait(warp: 0)));
        _findings.Add(new(section, "mean wait for one more that mostly sleeps, by BVT, warped", "ms", SleepersWait(2 * ShortSlice * WorkloadHost.Millisecond), 5.4, Paper + ", 4.5", 0, ShortSlice + 1));
        _charts.Add(Gantt($"Turns of 5 ms: the first 16 of {domains} domains", turns, 16));
    }

    /// <summary>Instructions per nanosecond of all together, over two turns of each.</summary>
    private double Throughput(int count, ulong slice, out List<GuestTurn> turns)
    {
        progress($"{count} domains, turns of {slice} ms");
        using var workload = new WorkloadHost("round-robin", slice * WorkloadHost.Millisecond, count, cancellation);
        for (var i = 0; i < count; i++)
        {
            workload.Add("compute", until: 1_000_000);
        }

        var built = workload.Host.Now;
        workload.Run(2 * slice * (ulong)Math.Max(count, 10));
        turns = workload.Turns;
        return workload.Host.Guests.Sum(guest => (double)guest.Result.Instructions) / (workload.Host.Now - built);
    }

    /// <summary>How long who comes at any moment waits on average until a guest has the processor.</summary>
    private static double MeanWait(List<GuestTurn> turns, int guest)
    {
        var (waits, last) = (0.0, 0.0);
        foreach (var turn in turns.Where(turn => turn.Guest == guest))
        {
            waits += (turn.Start - last) * (turn.Start - last) / 2;
            last = turn.End;
        }

        return waits / last / WorkloadHost.Millisecond;
    }

    private double SleepersWait(ulong warp)
    {
        const ulong Until = 1500;
        progress($"{domains} domains that compute and one that mostly sleeps, by Borrowed Virtual Time{(warp == 0 ? "" : ", warped")}");
        using var workload = new WorkloadHost("bvt", ShortSlice * WorkloadHost.Millisecond, domains + 1, cancellation);
        for (var i = 0; i < domains; i++)
        {
            workload.Add("compute", until: 1_000_000);
        }

        var sleeper = workload.Add("serve", Until, "think=100", scheduling: new SchedulingParameters { Warp = warp });
        while (sleeper.IsAlive)
        {
            workload.Run(10);
        }

        return WorkloadHost.Figure(sleeper, "LATE") / WorkloadHost.Millisecond;
    }

    private void FindShares()
    {
        progress($"{Weights} domains with weights 1 to {Weights}");
        using var workload = new WorkloadHost("bvt", ShortSlice * WorkloadHost.Millisecond, Weights, cancellation);
        for (var i = 1; i <= Weights; i++)
        {
            workload.Add("compute", until: 1_000_000, scheduling: new SchedulingParameters { Weight = i });
        }

        var curves = Enumerable.Range(0, Weights).Select(_ => new List<(double, double)>()).ToArray();
        var built = workload.Host.Now;
        for (var i = 0; i < 100; i++)
        {
            workload.Run(40);
            foreach (var (guest, curve) in workload.Host.Guests.Zip(curves))
            {
                curve.Add(((workload.Host.Now - built) / (double)WorkloadHost.Millisecond, 100.0 * guest.ChargedCycles / workload.Host.Now));
            }
        }

        var total = workload.Host.Guests.Sum(guest => (double)guest.ChargedCycles);
        var worst = workload.Host.Guests.Max(guest => Math.Abs((guest.ChargedCycles / total * (Weights * (Weights + 1) / 2) / guest.Scheduling.Weight) - 1));
        _findings.Add(new($"Weights 1 to {Weights}", "largest error of a share", "%", 100 * worst, 4, Paper + ", 4.4", 0, 4));
        _charts.Add(new LineChart("Shares by weight", $"{Weights} domains that compute, with weights 1 to {Weights}, by Borrowed Virtual Time: what each has had of the processor so far.", "time in ms", "share in percent", [.. curves.Index().Select(c => ($"weight {c.Index + 1}", (IReadOnlyList<(double, double)>)c.Item))]));
        _charts.Add(Gantt($"Turns of domains with weights 1 to {Weights}, the first second", workload.Turns, Weights));
    }

    private void FindIsolation()
    {
        var calm = Victims("compute", "compute", out _);
        foreach (var (role, what) in s_hostile)
        {
            var victims = Victims(role, role, out var turns);
            var section = Misbehaving + what;
            foreach (var (name, ops) in victims)
            {
                var before = calm.First(victim => victim.Name == name).Ops;
                double? published = role == "fork" ? (name == "compute" ? 4 : 2) : null;
                _findings.Add(new(section, $"cost for a neighbour that {Verb(name)}", "%", 100 * (1 - (ops / before)), published, published is null ? "" : Paper + ", 4.3, with a fork bomb and a disk hog at once", double.NegativeInfinity, LargestCost));
            }

            if (role == "fork")
            {
                _charts.Add(Gantt($"Turns beside a {what}", turns, 4));
            }
        }
    }

    /// <summary>What two good neighbours get done beside two others.</summary>
    private List<(string Name, double Ops)> Victims(string third, string fourth, out List<GuestTurn> turns)
    {
        progress($"two good neighbours beside '{third}' and '{fourth}'");
        using var workload = new WorkloadHost("credit", ShortSlice * WorkloadHost.Millisecond, 4, cancellation);
        HostedGuest[] victims = [workload.Add("compute", Duration), workload.Add("serve", Duration)];
        HostedGuest[] others = [workload.Add(third, Duration), workload.Add(fourth, Duration)];
        if (third == Refusal)
        {
            AskForMemory(workload, others);
        }

        workload.RunToEnd();
        turns = workload.Turns;
        return [.. victims.Select(victim => (victim.Name, WorkloadHost.Figure(victim, "OPS")))];
    }

    /// <summary>Half of their memory is wanted back soon after their start. They give nothing, and get no more.</summary>
    private void AskForMemory(WorkloadHost workload, HostedGuest[] guests)
    {
        workload.Run(Duration / 10);
        foreach (var guest in guests)
        {
            guest.MemoryTarget = guest.MaximumMemoryBytes / 2;
        }

        workload.RunToEnd();
        var kept = guests.Average(guest => 100.0 * guest.MemoryBytes / guest.MaximumMemoryBytes);
        var got = guests.Sum(guest => WorkloadHost.Figure(guest, "GOT"));
        var section = Misbehaving + "balloon refusal";
        _findings.Add(new(section, "memory that who refuses keeps, of what it had", "%", kept, null, "", 100, 100));
        _findings.Add(new(section, "pages that it got by asking for more", "pages", got, null, "", 0, 0));
    }

    private static string Verb(string role) => role == "compute" ? "computes" : "answers requests";

    private static GanttChart Gantt(string title, List<GuestTurn> turns, int guests)
    {
        const double Length = 1000;
        var shown = turns.Where(turn => turn.Guest <= guests && turn.Start < Length * WorkloadHost.Millisecond).ToLookup(turn => turn.Guest);
        return new GanttChart(title, "Each lane is a domain; it has the processor where there is colour.", Length, "ms", [.. Enumerable.Range(1, guests).Select(guest =>
            ($"{guest}", (IReadOnlyList<(double, double, int)>)[.. shown[guest].Select(turn => (turn.Start / (double)WorkloadHost.Millisecond, Math.Min(Length, turn.End / (double)WorkloadHost.Millisecond), guest))]))]);
    }
}
