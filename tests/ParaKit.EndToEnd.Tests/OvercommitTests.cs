using System.Text.RegularExpressions;
using ParaKit.EndToEnd.Tests.Support;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Overcommit;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.EndToEnd.Tests;

/// <summary>The sample kernel on less memory than it believes to have.</summary>
public sealed class OvercommitTests
{
    private const ulong Page = 4096;
    private const ulong Mebibyte = 1 << 20;
    private const ulong Second = 1_000_000_000;
    private const ulong Size = 8 * Mebibyte;
    private const int Load = 400;

    public static TheoryData<string> Techniques => ["hardware", "trap", "translate"];

    private static KernelImage Sample { get; } = BuildOutput.SampleImage("native");

    /// <summary>Paged by the hypervisor, with random victims, the sample kernel passes the same checks.</summary>
    [Theory]
    [MemberData(nameof(Techniques))]
    public void Paged_PassesTheSameChecks(string technique)
    {
        using OvercommittedMachine machine = Machine(technique, 1, 72 * Page, hasBalloons: false);
        OvercommittedGuest guest = machine.Start(new RunRequest(Sample) { MemoryBytes = Size }, new(MinimumBytes: 32 * Page));
        machine.RunFor(60 * Second);
        RunResult result = guest.Result();
        Assert.True(result.Outcome == RunOutcome.ShutDown, result.Reason);
        Assert.Equal(Usual(), ConsoleText.Checks(result.Console));
        Assert.True(result.Memory["pages paged in"] > 100, string.Join(", ", result.Memory));
    }

    /// <summary>Guests find their pages shared, and have what they wrote. Six steps lead to each shared page, in order.</summary>
    [Theory]
    [MemberData(nameof(Techniques))]
    public void SamePages_AreShared_AndNothingIsLost(string technique)
    {
        using OvercommittedMachine machine = Machine(technique, 2, 2 * Size, SharingMode.On);
        List<SharingEvent> steps = [];
        machine.SharingObserver = steps.Add;
        machine.Start(Loading("common=50 seed=1 idle=600"));
        machine.Start(Loading("common=50 seed=2 idle=600"));
        machine.RunFor(Second / 2);
        SharingReport sharing = machine.Sharing;

        // At least the half that both loads have in common; at most all of one, and the kernel, which is the same in both.
        Assert.InRange(sharing.Reclaimed, Load / 2, Load + (Sample.Segments.Sum(static segment => (int)segment.MemorySize) / (int)Page));
        machine.RunFor(Second);
        Assert.All(machine.Guests, guest => Assert.Contains("LOAD PASS", guest.Result().Console, StringComparison.Ordinal));

        // Each scan is the scanned guest's, one instruction a word.
        long scans = machine.Guests.Sum(guest => guest.Result().Memory["cycles of page scans"]);
        Assert.InRange(scans, sharing.Scanned * (long)Page / sizeof(ulong), 3 * machine.Sharing.Scanned * (long)Page / sizeof(ulong));
        Assert.All(machine.Guests, guest => Assert.InRange(guest.Result().Memory["cycles of page scans"], 1, guest.Result().MonitorCycles));

        int freed = steps.FindIndex(step => step.Step == SharingStep.Freed);
        Assert.Equal(Enum.GetValues<SharingStep>(), steps[(freed - 5)..(freed + 1)].Select(step => step.Step));
        Assert.Single(steps[(freed - 5)..(freed + 1)].Select(step => (step.Guest, step.Page)).Distinct());
    }

    /// <summary>With salts that differ, guests share with themselves only.</summary>
    [Fact]
    public void SaltedPages_AreNotSharedWithOthers()
    {
        using OvercommittedMachine machine = Machine("hardware", 2, 2 * Size, SharingMode.Salted);
        machine.Start(Loading("common=100 idle=600"), new GuestMemoryParameters { Salt = 1 });
        machine.Start(Loading("common=100 idle=600"), new GuestMemoryParameters { Salt = 2 });
        machine.RunFor(Second / 2);
        Assert.InRange(machine.Sharing.Reclaimed, 0, 50);
    }

    /// <summary>Both go on from the same moment, with the same memory, and neither sees what the other does then.</summary>
    [Theory]
    [MemberData(nameof(Techniques))]
    public void Clone_GoesOnAsTheOriginalDoes(string technique)
    {
        using OvercommittedMachine machine = Machine(technique, 2, 2 * Size);
        OvercommittedGuest original = machine.Start(Loading("settle=100 rounds=3"));
        machine.RunFor(Second / 20);
        Assert.True(original.IsAlive);
        long free = machine.FreeFrames;
        OvercommittedGuest clone = machine.Clone(original);
        Assert.Equal(free - (long)(OvercommittedMachine.MonitorBytes(technique, Size) / Page), machine.FreeFrames);
        machine.RunFor(Second);
        RunResult first = original.Result();
        Assert.Contains("LOAD PASS", first.Console, StringComparison.Ordinal);
        Assert.EndsWith(WithoutTimes(clone.Result()), WithoutTimes(first), StringComparison.Ordinal);
        Assert.Contains("LOAD touches", clone.Result().Console, StringComparison.Ordinal);
        Assert.True(clone.Counters["pages copied on write"] > 100);
    }

    /// <summary>When memory is short, guests with balloon drivers give some up, by their own choice.</summary>
    [Fact]
    public void ShortMemory_InflatesBalloons()
    {
        using OvercommittedMachine machine = Machine("hardware", 2, 1800 * Page);
        for (int i = 0; i < 2; i++)
        {
            machine.Start(Loading("rounds=1 idle=2000"), new(MinimumBytes: 64 * Page));
        }

        machine.RunFor(Second);
        Assert.All(machine.Guests, guest => Assert.True(guest is { HasBalloonDriver: true, Ballooned: > 700 }, $"{guest.Ballooned} of {guest.Size} pages"));
        OvercommittedGuest ended = machine.Guests[1];
        machine.End(ended);
        Assert.Equal((RunOutcome.Stopped, false), (ended.Result().Outcome, ended.IsAlive));
        Assert.Contains("LOAD touches", ended.Result().Console, StringComparison.Ordinal);
        Assert.False(ended.TryTranslate(0xffffffff80100000, out _, out _));
        Assert.Throws<DomainBuildException>(() => machine.Clone(ended));
        machine.RunFor(Second);
        Assert.True(machine.Guests[0].Ballooned < 400, $"{machine.Guests[0].Ballooned} pages");
        machine.RunFor(2 * Second);
        Assert.Contains("LOAD PASS", machine.Guests[0].Result().Console, StringComparison.Ordinal);
    }

    [Fact]
    public void Guest_ThatCannotBeKept_IsRefused_AndTakesNothing()
    {
        using OvercommittedMachine machine = Machine("hardware", 1, 300 * Page);
        (long frames, long free) = (machine.Frames, machine.FreeFrames);
        Assert.Contains("are not promised to others", Assert.Throws<DomainBuildException>(() => machine.Start(Loading(""), new(MinimumBytes: 2 * Mebibyte))).Message, StringComparison.Ordinal);
        Assert.Throws<DomainBuildException>(() => machine.Start(new RunRequest(Sample) { MemoryBytes = Mebibyte }));
        Assert.Throws<DomainBuildException>(() => machine.Start(Loading("") with { PatchSilent = true }));
        Assert.Equal((frames, free), (machine.Frames, machine.FreeFrames));
        Assert.Throws<ArgumentException>(() => Machine("paravirt", 1, Size));
    }

    private static OvercommittedMachine Machine(string technique, int guests, ulong bytes, SharingMode sharing = SharingMode.Off, bool hasBalloons = true) => new(new OvercommitOptions
    {
        Technique = technique,
        MemoryBytes = ((ulong)guests * OvercommittedMachine.MonitorBytes(technique, Size)) + bytes,
        Sharing = sharing,
        ScansPerPeriod = 256,
        HasBalloons = hasBalloons,
    });

    private static RunRequest Loading(string how) => new(Sample) { MemoryBytes = Size, CommandLine = $"quick load={Load} {how}" };

    /// <summary>A write to a page that was cloned takes longer.</summary>
    private static string WithoutTimes(RunResult result) => Regex.Replace(result.Console, @"time \d+", "time");

    private static string[] Usual()
    {
        TechniqueTable.TryFind("native", out ITechnique? native);
        return ConsoleText.Checks(native!.Run(new RunRequest(Sample) { MaxInstructions = 400_000_000 }).Console);
    }
}
