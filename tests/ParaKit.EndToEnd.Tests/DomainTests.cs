using ParaKit.EndToEnd.Tests.Support;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

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

    [Fact]
    public void TwoRuns_AreTheSameInEveryCount()
    {
        var (first, second) = (new ParavirtTechnique().RunAll([Pair(), Pair()]), new ParavirtTechnique().RunAll([Pair(), Pair()]));
        Assert.Equal(first.Select(r => (r.Instructions, r.ModelledCycles)), second.Select(r => (r.Instructions, r.ModelledCycles)));
    }

    [Fact]
    public void TooLittleMemory_IsRefused() => Assert.Throws<DomainBuildException>(() => new ParavirtTechnique().RunAll([Pair(), Pair() with { MemoryBytes = 4096 }]));

    private static RunRequest Pair()
    {
        string path = Path.Join(BuildOutput.Root, "artifacts", "bin", "Pair", BuildOutput.Configuration.ToLowerInvariant(), "Pair.paravirt.elf");
        return new RunRequest(KernelImage.Load(File.ReadAllBytes(path), "Pair")) { MemoryBytes = 16 << 20, MaxInstructions = 200_000_000 };
    }
}
