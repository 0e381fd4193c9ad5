using ParaKit.EndToEnd.Tests.Support;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Scheduling;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;
using ParaKit.Oracles;

namespace ParaKit.EndToEnd.Tests;

/// <summary>Several domains on one machine.</summary>
public sealed class DomainTests
{
    [Fact]
    public void TwoDomains_ConnectThroughTheStoreAndSendEachOtherEvents()
    {
        IReadOnlyList<RunResult> results = new ParavirtTechnique().RunAll([Pair(), Pair()]);
        Assert.Equal(["served\nclosed\n", "asked\nclosed\n"], results.Select(r => r.Console));
        Assert.All(results, r => Assert.Equal((RunOutcome.ShutDown, 0), (r.Outcome, r.ExitCode)));
        Assert.All(results, r => Assert.True(r.Hypercalls["event_channel_op"] >= 1000));
    }

    [Fact]
    public void DomainWithoutItsPeer_IsADeadlock()
    {
        RunResult result = new ParavirtTechnique().Run(Pair());
        Assert.Equal(RunOutcome.Stopped, result.Outcome);
        Assert.Contains("deadlock", result.Reason, StringComparison.Ordinal);
    }

    /// <summary>Whoever runs beside it, the sample finds what it finds alone; and who crashes, crashes alone.</summary>
    [Fact]
    public void Domains_DoNotDisturbEachOther()
    {
        var sample = new RunRequest(BuildOutput.SampleImage("paravirt"));
        RunResult alone = new ParavirtTechnique().Run(sample);
        IReadOnlyList<RunResult> together = new ParavirtTechnique().RunAll([sample, Pair(), sample with { CommandLine = "quick", MemoryBytes = 16 << 20 }, sample with { MaxInstructions = 1_000_000 }]);
        Assert.Equal(ConsoleText.Checks(alone.Console), ConsoleText.Checks(together[0].Console));
        Assert.Equal((RunOutcome.ShutDown, 0), (together[0].Outcome, together[0].ExitCode));
        Assert.Equal((RunOutcome.ShutDown, 0), (together[2].Outcome, together[2].ExitCode));
        Assert.Equal(RunOutcome.Stopped, together[1].Outcome);
        Assert.Equal(RunOutcome.Stopped, together[3].Outcome);
    }

    /// <summary>Whoever decides, the guests do the same, and to the cycle all time is somebody's or idle.</summary>
    [Theory]
    [MemberData(nameof(AllSchedulers))]
    public void EveryScheduler_RunsThem_AndAccountsForAllCycles(string name)
    {
        var sample = new RunRequest(BuildOutput.SampleImage("paravirt")) { CommandLine = "quick" };
        IReadOnlyList<RunResult> results = new ParavirtTechnique().RunAll(
            [Pair(), Pair(), sample with { Scheduling = new() { Weight = 1000 } }, sample with { Scheduling = new() { Weight = 10, Cap = 50 } }], Schedulers.Make(name));
        Assert.Equal(["served\nclosed\n", "asked\nclosed\n"], [results[0].Console, results[1].Console]);
        Assert.All(results, r => Assert.Equal((RunOutcome.ShutDown, 0), (r.Outcome, r.ExitCode)));
        Assert.All(results, r => Assert.Equal(results[0].ModelledCycles, r.ModelledCycles));
        Assert.Equal(results[0].ModelledCycles, results.Sum(r => r.ChargedCycles) + results[0].IdleCycles);
        Assert.All(results, r => Assert.InRange(r.MonitorCycles, 1, r.ChargedCycles));
    }

    /// <summary>Turns that end anywhere, between a test for an event and the sleep that follows it too: of 10^6 wake-ups none is lost, or the two would sleep for ever.</summary>
    [Fact]
    public void TurnsOfAnyLength_LoseNoWakeUp()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var scheduler = Schedulers.Make(Schedulers.Names[random.Next(Schedulers.Names.Count)], (ulong)random.NextInt64(1, 5000));
            IReadOnlyList<RunResult> results = new ParavirtTechnique().RunAll([Pair(), Pair()], scheduler);
            Assert.True(results.All(r => (r.Outcome, r.ExitCode) == (RunOutcome.ShutDown, 0)), $"Seed {seed}, {scheduler.Name}: {results[0].Reason}");
        }
    }

    public static TheoryData<string> AllSchedulers => [.. Schedulers.Names];

    /// <summary>The sample left to itself works for a seventh of the time.</summary>
    [Fact]
    public void Cap_HoldsAndTheRestIsIdle()
    {
        var sample = new RunRequest(BuildOutput.SampleImage("paravirt")) { CommandLine = "programs=200", MaxInstructions = 100_000_000 };
        Assert.InRange(Share(cap: 0), 0.1, 0.2);
        Assert.InRange(Share(cap: 5), 0.03, 0.051);

        double Share(int cap)
        {
            var result = new ParavirtTechnique().RunAll([sample with { Scheduling = new() { Cap = cap } }, sample with { MaxInstructions = 1000 }], Schedulers.Make("credit"))[0];
            Assert.True(result.ModelledCycles > 200_000_000);
            return (double)result.ChargedCycles / result.ModelledCycles;
        }
    }

    /// <summary>A kernel schedules its threads over its virtual processors, with a lock that yields to the hypervisor: no unit of work is lost, and more processors are faster.</summary>
    [Fact]
    public void Threads_RunOverVirtualProcessors_OnAnyNumberOfProcessors()
    {
        var times = new List<double>();
        foreach (var cpus in new[] { 1, 2, 4 })
        {
            var run = Workload("role=threads vcpus=4 threads=8 units=200") with { Vcpus = 4 };
            RunResult result = new ParavirtTechnique().RunAll([run], cpus, () => Schedulers.Make("credit"))[0];
            Assert.Equal((RunOutcome.ShutDown, 0), (result.Outcome, result.ExitCode));
            Assert.Contains("OPS 1600\n", result.Console, StringComparison.Ordinal);
            Assert.Equal(result.ModelledCycles * cpus, result.ChargedCycles + result.IdleCycles);
            times.Add(result.ModelledCycles);
        }

        Assert.True(times[0] > 1.7 * times[1] && times[1] > times[2], string.Join(", ", times));
    }

    /// <summary>The same kernel brings its virtual processors up on Xen, by the same hypercalls.</summary>
    [XenFact]
    public void Threads_RunOverVirtualProcessors_OnRealXen()
    {
        (string[] lines, string end) = RealXen.Run(WorkloadPath, "role=threads vcpus=4 threads=8 units=1000", cpus: 4);
        Assert.Contains("OPS 8000", lines);
        Assert.Equal("halted: halting machine", end);
    }

    /// <summary>Turns that end anywhere, also while a processor holds the lock or is about to sleep.</summary>
    [Fact]
    public void Threads_WithTurnsOfAnyLength_LoseNothing()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var (vcpus, cpus, name, slice) = (random.Next(2, 9), random.Next(1, 9), Schedulers.Names[random.Next(Schedulers.Names.Count)], (ulong)random.NextInt64(1, 20_000));
            var run = Workload($"role=threads vcpus={vcpus} threads={random.Next(1, 12)} units=20") with { Vcpus = vcpus };
            RunResult result = new ParavirtTechnique().RunAll([run], cpus, () => Schedulers.Make(name, slice))[0];
            Assert.True((result.Outcome, result.ExitCode) == (RunOutcome.ShutDown, 0), $"Seed {seed}, {name}, {vcpus} on {cpus}: {result.Reason}{result.Console}");
        }
    }

    /// <summary>On one thread of the host or on several, each guest does the same to the cycle.</summary>
    [Theory]
    [InlineData(2, 2)]
    [InlineData(4, 2)]
    [InlineData(4, 4)]
    public void HostThreads_ChangeNothing(int cpus, int threads)
    {
        RunRequest[] runs = [.. Enumerable.Range(0, cpus).Select(i => Workload($"role=threads threads={i + 3} units=60"))];
        var technique = new ParavirtTechnique();
        IReadOnlyList<RunResult> one = technique.RunAll(runs, cpus, () => Schedulers.Make("credit"));
        IReadOnlyList<RunResult> several = technique.RunAll(runs, cpus, () => Schedulers.Make("credit"), threads);
        Assert.Equal(one.Select(Facts), several.Select(Facts));
        Assert.All(several, r => Assert.Equal((RunOutcome.ShutDown, 0), (r.Outcome, r.ExitCode)));

        static (string, long, long, string) Facts(RunResult result) =>
            (result.Console, result.Instructions, result.ChargedCycles, string.Join(' ', result.Exits.Select(exit => $"{exit.Key} {exit.Value}")));
    }

    [Fact]
    public void HostThreads_AreForIndependentGuests()
    {
        var (run, technique) = (Workload("role=threads"), new ParavirtTechnique());
        Refuses("each thread needs one", [run], 2, 2);
        Refuses("not divided evenly", [run, run], 3, 2);
        Refuses("is pinned", [run, run with { Scheduling = new() { Affinity = 1 } }], 2, 2);
        Refuses("each thread needs one", [run], 1, 0);
        DomainBuildException failure = Assert.Throws<DomainBuildException>(() => technique.RunAll([run, run with { MemoryBytes = 4096 }], 2, () => Schedulers.Make("credit"), 2));
        Assert.Contains("does not fit", failure.Message, StringComparison.Ordinal);

        void Refuses(string why, RunRequest[] runs, int cpus, int threads) =>
            Assert.Contains(why, Assert.Throws<ArgumentException>(() => technique.RunAll(runs, cpus, () => Schedulers.Make("credit"), threads)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TwoRuns_AreTheSameInEveryCount()
    {
        var (first, second) = (new ParavirtTechnique().RunAll([Pair(), Pair()]), new ParavirtTechnique().RunAll([Pair(), Pair()]));
        Assert.Equal(first.Select(r => (r.Instructions, r.ModelledCycles)), second.Select(r => (r.Instructions, r.ModelledCycles)));
    }

    [Fact]
    public void StateOfSeveral_IsNotKept() =>
        Assert.Throws<ArgumentException>(() => new ParavirtTechnique().RunAll([Pair(), Pair() with { KeepState = true }]));

    [Fact]
    public void TooLittleMemory_IsRefused() => Assert.Throws<DomainBuildException>(() => new ParavirtTechnique().RunAll([Pair(), Pair() with { MemoryBytes = 4096 }]));

    private static string WorkloadPath { get; } =
        Path.Join(BuildOutput.Root, "artifacts", "bin", "ParaKit.Workload", BuildOutput.Configuration.ToLowerInvariant(), "ParaKit.Workload.paravirt.elf");

    private static RunRequest Workload(string commandLine)
    {
        return new RunRequest(KernelImage.Load(File.ReadAllBytes(WorkloadPath), "workload")) { MemoryBytes = 16 << 20, MaxInstructions = 200_000_000, CommandLine = commandLine };
    }

    private static RunRequest Pair()
    {
        string path = Path.Join(BuildOutput.Root, "artifacts", "bin", "Pair", BuildOutput.Configuration.ToLowerInvariant(), "Pair.paravirt.elf");
        return new RunRequest(KernelImage.Load(File.ReadAllBytes(path), "Pair")) { MemoryBytes = 16 << 20, MaxInstructions = 200_000_000 };
    }
}
