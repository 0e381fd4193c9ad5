using ParaKit.EndToEnd.Tests.Support;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.EndToEnd.Tests;

/// <summary>The sample kernel on less memory than it believes to have.</summary>
public sealed class OvercommitTests
{
    private const ulong Page = 4096;
    private const ulong Mebibyte = 1 << 20;
    private const ulong Second = 1_000_000_000;

    public static TheoryData<string> Techniques => ["hardware", "trap", "translate"];

    private static KernelImage Sample { get; } = BuildOutput.SampleImage("native");

    /// <summary>Paged by the hypervisor, with random victims, the sample kernel passes the same checks.</summary>
    [Theory]
    [MemberData(nameof(Techniques))]
    public void Paged_PassesTheSameChecks(string technique)
    {
        var monitor = OvercommittedMachine.MonitorBytes(technique, 16 * Mebibyte);
        using var machine = new OvercommittedMachine(new() { Technique = technique, MemoryBytes = monitor + (72 * Page), HasBalloons = false });
        var guest = machine.Start(new RunRequest(Sample) { MemoryBytes = 16 * Mebibyte }, new(MinimumBytes: 32 * Page));
        machine.RunFor(60 * Second);
        var result = guest.Result();
        Assert.True(result.Outcome == RunOutcome.ShutDown, result.Reason);
        Assert.Equal(Usual(), ConsoleText.Checks(result.Console));
        Assert.True(result.Memory["pages paged in"] > 100, string.Join(", ", result.Memory));
    }

    private static string[] Usual()
    {
        TechniqueTable.TryFind("native", out var native);
        return ConsoleText.Checks(native!.Run(new RunRequest(Sample) { MaxInstructions = 400_000_000 }).Console);
    }
}
