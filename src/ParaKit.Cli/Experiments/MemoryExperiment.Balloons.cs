using System.Globalization;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Experiments;

/// <content>Ballooning against memory that was never there, and against paging by the hypervisor.</content>
internal sealed partial class MemoryExperiment
{
    private const double LargestBalloonCost = 5;

    private void FindBallooning()
    {
        const ulong Full = 16 * Mebibyte;
        const string Section = "A guest ballooned down, against one that never had more";
        List<(double, double)> ballooned = [], configured = [];
        foreach (var size in new[] { 8 * Mebibyte, 9 * Mebibyte, 10 * Mebibyte, 11 * Mebibyte, 12 * Mebibyte, 13 * Mebibyte })
        {
            var megabytes = (double)size / Mebibyte;
            progress($"ballooned down to {megabytes} MiB");
            ballooned.Add((megabytes, TimePerTouch(Full, size)));
            configured.Add((megabytes, TimePerTouch(size, size)));
            var cost = 100 * ((ballooned[^1].Item2 / configured[^1].Item2) - 1);
            _findings.Add(new(Section, $"slower, {megabytes} MiB", "%", cost, size == 8 * Mebibyte ? 4.4 : size == 13 * Mebibyte ? 1.4 : null, size is 8 * Mebibyte or 13 * Mebibyte ? Esx + ", 3.2, the largest and the smallest balloon" : "", -LargestBalloonCost, LargestBalloonCost));
        }

        _charts.Add(new LineChart("Ballooning", "A kernel that uses 10 MiB of its memory at random, given less and less: it pages to its own disk. Whether it was started with so little or gave the rest up makes no difference.", "memory in MiB", "time per touch in ns", [("ballooned down from 16 MiB", ballooned), ("configured so", configured)]));
    }

    private double TimePerTouch(ulong memory, ulong target)
    {
        using var disk = new ScratchDisk(32 * Mebibyte);
        using var host = new ParavirtHost(new HostOptions { MemoryBytes = 32 * Mebibyte });
        var guest = host.Create(new RunRequest(s_paravirtual)
        {
            MemoryBytes = memory,
            CommandLine = "quick load=2500 settle=400 working=2500 rounds=9",
            Disks = [disk.Options],
            Cancellation = cancellation,
        });
        guest.MemoryTarget = target;
        host.RunToEnd(cancellation);
        cancellation.ThrowIfCancellationRequested();
        return LoadOutput.Of(guest.Result).Skip(3).Average(round => round.TimePerTouch);
    }

    private void FindDoublePaging()
    {
        const string Section = "A guest that needs 14 MiB, believes to have 12 and has 8: pages moved to and from disks";
        var asked = MovedPages(hasBalloon: true);
        var paged = MovedPages(hasBalloon: false);
        _findings.Add(new(Section, "by the guest, with a balloon", "", asked.ByGuest));
        _findings.Add(new(Section, "by the hypervisor, with a balloon", "", asked.ByHypervisor, null, "", 0, paged.ByHypervisor / 2));
        _findings.Add(new(Section, "by the guest, paged by the hypervisor", "", paged.ByGuest));
        _findings.Add(new(Section, "by the hypervisor, paged by the hypervisor", "", paged.ByHypervisor));
        _findings.Add(new(Section, "by both, paged by the hypervisor against ballooned", "times", (paged.ByGuest + paged.ByHypervisor) / (asked.ByGuest + asked.ByHypervisor), null, "", 1.1));
    }

    private (double ByGuest, double ByHypervisor) MovedPages(bool hasBalloon)
    {
        progress(hasBalloon ? "a guest with a balloon driver" : "a guest that the hypervisor pages");
        using var disk = new ScratchDisk(32 * Mebibyte);
        using var machine = new OvercommittedMachine(new OvercommitOptions
        {
            MemoryBytes = OvercommittedMachine.MonitorBytes("hardware", 12 * Mebibyte) + (8 * Mebibyte),
            HasBalloons = hasBalloon,
        });
        var guest = machine.Start(new RunRequest(s_native)
        {
            MemoryBytes = 12 * Mebibyte,
            CommandLine = "quick load=3500 settle=100 working=3500 hot=20 rounds=4",
            Disks = [disk.Options],
            Cancellation = cancellation,
        });
        RunToEnd(machine, guest);
        var last = LoadOutput.Of(guest.Result())[^1];
        var counts = guest.Counters;
        return (last.PageOuts + last.PageIns, counts["pages paged out"] + counts["pages paged in"]);
    }

    /// <summary>Runs until a guest has ended well.</summary>
    private void RunToEnd(OvercommittedMachine machine, OvercommittedGuest guest)
    {
        while (guest.IsAlive)
        {
            cancellation.ThrowIfCancellationRequested();
            machine.RunFor(100 * Millisecond);
        }

        var result = guest.Result();
        if (result.Outcome != RunOutcome.ShutDown)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Guest {guest.Number} ('{guest.Request.CommandLine}') failed: {result.Reason} {result.Console}"));
        }
    }
}
