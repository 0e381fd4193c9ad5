using ParaKit.EndToEnd.Tests.Support;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.EndToEnd.Tests;

/// <summary>The sample kernel under every technique: one source, one behaviour.</summary>
public sealed class SampleGuestTests
{
    private const int CheckCount = 24;

    public static TheoryData<string> Techniques => [.. TechniqueTable.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Techniques))]
    public void EveryCheck_Passes(string technique)
    {
        RunResult result = Run(technique);
        Assert.Equal((RunOutcome.ShutDown, 0), (result.Outcome, result.ExitCode));
        string[] checks = ConsoleText.Checks(result.Console);
        Assert.Equal(CheckCount, checks.Length);
        Assert.All(checks[..^1], c => Assert.StartsWith("CHECK PASS ", c, StringComparison.Ordinal));
        Assert.StartsWith("CHECK checksum 0x", checks[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Checks_AreEqualInEveryTechnique()
    {
        string[][] all = [.. TechniqueTable.All.Select(t => ConsoleText.Checks(Run(t.Name).Console))];
        Assert.True(all.Length >= 2);
        Assert.All(all, checks => Assert.Equal(all[0], checks));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(63)]
    [InlineData(256)]
    public void Checks_DoNotDependOnTheMemorySize(ulong mebibytes)
    {
        string[] usual = ConsoleText.Checks(Run("native").Console);
        foreach (ITechnique technique in TechniqueTable.All)
        {
            RunResult result = Run(technique.Name, r => r with { MemoryBytes = mebibytes << 20 });
            Assert.Equal(usual, ConsoleText.Checks(result.Console));
        }
    }

    /// <summary>On a slow machine a tick comes between any two steps of a check, as it does on a loaded real one.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(23)]
    public void Checks_DoNotDependOnTheSpeedOfTheMachine(ulong megahertz)
    {
        const long Limit = 100_000_000;
        var slow = CostProfile.Default with { FrequencyHz = megahertz * 1_000_000 };
        RunResult result = Run("native", r => r with { Costs = slow, MaxInstructions = Limit });
        Assert.Equal(ConsoleText.Checks(Run("native").Console), ConsoleText.Checks(result.Console));
    }

    [Theory]
    [MemberData(nameof(Techniques))]
    public void TwoRuns_AreTheSameInEveryCount(string technique)
    {
        RunResult first = Run(technique);
        RunResult second = Run(technique);
        Assert.Equal(first.Console, second.Console);
        Assert.Equal((first.Instructions, first.ModelledCycles), (second.Instructions, second.ModelledCycles));
        Assert.Equal(first.Exits, second.Exits);
        Assert.Equal(first.Hypercalls, second.Hypercalls);
    }

    [Fact]
    public void Paravirt_ExecutesNoPrivilegedInstruction()
    {
        RunResult result = Run("paravirt");
        Assert.Equal(0, result.Exits.GetValueOrDefault("GeneralProtection"));
        Assert.Equal(0, result.Exits.GetValueOrDefault("InvalidOpcode"));
        Assert.True(result.Exits["Hypercall"] > 0);
        Assert.Equal(result.Exits["Hypercall"], result.Hypercalls.Values.Sum());
    }

    /// <summary>Nothing of the kernel executes but its translation, and the image that it is made of stays as it is.</summary>
    [Fact]
    public void Translate_LeavesTheImageAlone_AndTranslatesEachBlockAboutOnce()
    {
        KernelImage image = BuildOutput.SampleImage("translate");
        string before = image.Sha256;
        RunResult result = Run("translate");
        Assert.Equal(before, BuildOutput.SampleImage("translate").Sha256);
        Assert.Equal(BuildOutput.SampleImage("native").Sha256, image.Sha256);
        Assert.Equal(0, result.Exits.GetValueOrDefault("GeneralProtection"));
        Assert.InRange(result.Translation["units"], 1000, 10_000);
        Assert.True(result.Translation["indirect misses"] * 100 < result.Translation["indirect hits"]);
        Assert.True(result.Translation["code bytes"] < result.Translation["cache capacity bytes"]);
    }

    [Fact]
    public void Native_NeverLeavesToAHypervisor()
    {
        RunResult result = Run("native");
        Assert.Equal(0, result.Exits.Values.Sum());
        Assert.Equal(0, result.Hypercalls.Values.Sum());
    }

    [Fact]
    public void RewrittenCallSites_AreCountedInTheParavirtualImageOnly()
    {
        Assert.Empty(BuildOutput.SampleImage("native").RewrittenCallSites);
        Assert.Contains(BuildOutput.SampleImage("paravirt").RewrittenCallSites, s => s is { Operation: "X86.WriteCr3", Count: > 0 });
    }

    [Theory]
    [MemberData(nameof(Techniques))]
    public void CommandLine_ReachesTheKernel(string technique) =>
        Assert.Contains("command line: hello kernel", Run(technique, r => r with { CommandLine = "hello kernel" }).Console, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Techniques))]
    public void InstructionLimit_StopsTheRun(string technique)
    {
        RunResult result = Run(technique, r => r with { MaxInstructions = 100_000 });
        Assert.Equal(RunOutcome.Stopped, result.Outcome);
        Assert.InRange(result.Instructions, 1, 100_000);
    }

    private static RunResult Run(string technique, Func<RunRequest, RunRequest>? configure = null)
    {
        Assert.True(TechniqueTable.TryFind(technique, out ITechnique? found));
        var run = new RunRequest(BuildOutput.SampleImage(technique)) { MaxInstructions = 400_000_000 };
        return found.Run(configure?.Invoke(run) ?? run);
    }
}
