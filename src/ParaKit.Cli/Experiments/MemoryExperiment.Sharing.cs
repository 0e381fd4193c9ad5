using System.Globalization;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Experiments;

/// <content>Page sharing: what it gains, and what it gives away.</content>
internal sealed partial class MemoryExperiment
{
    private const ulong SharingGuest = 12 * Mebibyte;
    private const int LoadPages = 1500;
    private const int Common = 67;

    private void FindSharing()
    {
        const string Section = "Page sharing among guests that have two thirds of their pages in common";
        List<(double, double)> shared = [], reclaimed = [];
        foreach (var guests in new[] { 1, 2, 3, 4, 6, 8, 10 })
        {
            progress($"page sharing among {guests} guests");
            using var machine = SharingMachine(guests, SharingMode.On);
            var used = Settle(machine, guests);
            shared.Add((guests, 100.0 * machine.Sharing.SharedPages / used));
            reclaimed.Add((guests, 100.0 * machine.Sharing.Reclaimed / used));
            if (guests is 1 or 10)
            {
                AddSharing(Section, guests, machine.Sharing, used);
            }
        }

        _charts.Add(new LineChart("Page sharing", $"Guests that use {LoadPages} pages each, {Common} percent of which are the same in all: how many of all their pages are in a shared frame, and how many frames that has freed.", "guests", "pages in percent", [("shared", shared), ("reclaimed", reclaimed)]));
    }

    private void AddSharing(string section, int guests, SharingReport sharing, long used)
    {
        if (guests == 1)
        {
            _findings.Add(new(section, "zero pages among the shared ones, 1 guest", "%", 100.0 * sharing.ZeroPages / sharing.SharedPages, 55, Esx + ", 4.3, one guest"));
            return;
        }

        // The kernel itself is the same in all guests too.
        _findings.Add(new(section, $"pages shared, {guests} guests", "%", 100.0 * sharing.SharedPages / used, 67, Esx + ", 4.3, ten guests", Common, Common + 8));
        _findings.Add(new(section, $"memory reclaimed, {guests} guests", "%", 100.0 * sharing.Reclaimed / used, 60, Esx + ", 4.3, ten guests", Common * 0.85, Common + 8));
    }

    private static OvercommittedMachine SharingMachine(int guests, SharingMode mode) => new(new OvercommitOptions
    {
        MemoryBytes = (ulong)guests * (OvercommittedMachine.MonitorBytes("hardware", SharingGuest) + SharingGuest),
        Sharing = mode,
        ScansPerPeriod = 512,
    });

    /// <summary>Starts guests and waits until all their pages were looked at. Returns the pages that they use.</summary>
    private long Settle(OvercommittedMachine machine, int guests)
    {
        for (var i = 1; i <= guests; i++)
        {
            machine.Start(Load(i, "idle=1000000"));
        }

        for (var i = 0; i < 10; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            machine.RunFor(100 * Millisecond);
        }

        return machine.Guests.Sum(guest => guest.Resident);
    }

    private RunRequest Load(int seed, string more) => new(s_native)
    {
        MemoryBytes = SharingGuest,
        CommandLine = string.Create(CultureInfo.InvariantCulture, $"quick load={LoadPages} working=1 common={Common} seed={seed} {more}"),
        Cancellation = cancellation,
    };

    private void FindSideChannel()
    {
        const string Section = "A guest that times its writes, to find out which pages another has";
        var open = TimeWrites(SharingMode.On);
        var salted = TimeWrites(SharingMode.Salted);
        _findings.Add(new(Section, "write to a page that the other has too", "cycles", open.Common, null, "", 500));
        _findings.Add(new(Section, "write to a page that it has alone", "cycles", open.Unique, null, "", 0, 100));
        _findings.Add(new(Section, "write to a page that the other has too, with salts that differ", "cycles", salted.Common, null, "", 0, 100));
    }

    private (double Common, double Unique) TimeWrites(SharingMode mode)
    {
        progress(mode == SharingMode.On ? "a guest that times its writes" : "a guest that times its writes, salted");
        using var machine = SharingMachine(2, mode);
        machine.Start(Load(1, "idle=1000000"), new GuestMemoryParameters { Salt = 1 });
        var spy = machine.Start(Load(2, "idle=900 probe"), new GuestMemoryParameters { Salt = 2 });
        RunToEnd(machine, spy);
        return LoadOutput.Probe(spy.Result());
    }

    private void FindClones()
    {
        const int Clones = 128;
        progress($"{Clones} clones of a guest");
        using var machine = new OvercommittedMachine(new OvercommitOptions
        {
            MemoryBytes = ((Clones + 1) * (OvercommittedMachine.MonitorBytes("hardware", SharingGuest) + (64 * Page))) + SharingGuest,
            SwapBytes = Clones * SharingGuest * 2,
        });
        var original = machine.Start(Load(1, "idle=1000000"), new GuestMemoryParameters(MinimumBytes: 16 * Page));
        machine.RunFor(100 * Millisecond);
        var before = machine.FreeFrames;
        for (var i = 0; i < Clones; i++)
        {
            machine.Clone(original);
        }

        var overhead = OvercommittedMachine.MonitorBytes("hardware", SharingGuest) / Page;
        machine.RunFor(100 * Millisecond);
        var perClone = ((before - machine.FreeFrames) / (double)Clones) - overhead;
        _findings.Add(new($"{Clones} clones of a guest of {original.Resident} pages, idle", "pages of its own, each", "", perClone, null, "", 0, original.Resident / 10.0));
        _findings.Add(new($"{Clones} clones of a guest of {original.Resident} pages, idle", "pages for its monitor, each", "", overhead));
    }
}
