using ParaKit.Hypervisor.MemoryPolicies;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Experiments;

/// <content>Who gets the memory: an idle guest and a busy one under each policy.</content>
internal sealed partial class MemoryExperiment
{
    private const int PolicyLoad = 1800;
    private const int Looks = 10;
    private const ulong PolicyGuest = 12 * Mebibyte;

    private void FindTax()
    {
        const string Section = "An idle and a busy guest with equal shares: memory of the busy one against the idle one";
        List<(double, double)> idle = [], busy = [];
        foreach (var tax in new[] { 0, 0.25, 0.5, 0.75, 0.9 })
        {
            progress($"a tax of {100 * tax:0} percent");
            var (idlePages, busyPages) = Divide(new IdleTaxPolicy(tax), idleShares: 1000, busyShares: 1000);
            idle.Add((100 * tax, idlePages));
            busy.Add((100 * tax, busyPages));
            if (tax is 0 or 0.5 or 0.75)
            {
                // Of what it has the idle guest still uses a little, so that it pays less than the whole tax.
                var exact = 1 / (1 - tax);
                _findings.Add(new(Section, $"tax of {100 * tax:0} %", "times", busyPages / idlePages, exact, Esx + ", 5.2, the closed form", exact * 0.75, exact * 1.1));
            }
        }

        _charts.Add(new LineChart("A tax on idle memory", "Two guests with equal shares that both had used as much, and one of them does nothing since: what each has when the tax on idle memory has done its work.", "tax in percent", "pages", [("idle guest", idle), ("busy guest", busy)]));
    }

    private void FindPolicies()
    {
        const string Section = "An idle guest with nine times the shares of a busy one: memory of the busy one against the idle one";
        foreach (var (policy, least, most) in new (IMemoryPolicy, double, double)[] { (new SharesPolicy(), 0.1, 0.13), (new IdleTaxPolicy(), 0.15, 1), (new WorkingSetPolicy(), 2, 100) })
        {
            progress($"policy '{policy.Name}'");
            var (idle, busy) = Divide(policy, idleShares: 9000, busyShares: 1000);
            var meaning = policy.Name switch { "shares" => "who has paid hoards", "working-set" => "who is greedy takes all", _ => "in between" };
            _findings.Add(new(Section, $"{policy.Name}: {meaning}", "times", busy / idle, null, "", least, most));
        }
    }

    /// <summary>Pages that an idle and a busy guest have in the end, on a machine with less memory than both want.</summary>
    private (double Idle, double Busy) Divide(IMemoryPolicy policy, long idleShares, long busyShares)
    {
        using var disks = new ScratchDisk(32 * Mebibyte);
        using var others = new ScratchDisk(32 * Mebibyte);
        using var machine = new OvercommittedMachine(new OvercommitOptions
        {
            MemoryBytes = (2 * OvercommittedMachine.MonitorBytes("hardware", PolicyGuest)) + (2600 * Page),
            Policy = policy,
            HasBalloons = false,
            Costs = WorkloadHost.Costs,
            SamplePeriod = 300 * Millisecond,
        });
        var idle = machine.Start(Using("working=1 idle=1000000", disks), new GuestMemoryParameters(idleShares));
        var busy = machine.Start(Using($"working={PolicyLoad} rounds=1000000", others), new GuestMemoryParameters(busyShares));
        machine.RunFor(2000 * Millisecond);
        var (idlePages, busyPages) = (0.0, 0.0);
        for (var i = 0; i < Looks; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            machine.RunFor(300 * Millisecond);
            (idlePages, busyPages) = (idlePages + idle.Target, busyPages + busy.Target);
        }

        return (idlePages / Looks, busyPages / Looks);
    }

    private RunRequest Using(string how, ScratchDisk disk) => new(s_native)
    {
        MemoryBytes = PolicyGuest,
        CommandLine = $"quick load={PolicyLoad} {how}",
        Disks = [disk.Options],
        Cancellation = cancellation,
    };
}
