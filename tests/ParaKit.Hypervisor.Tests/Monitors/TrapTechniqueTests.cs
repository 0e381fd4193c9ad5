using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Tests.Monitors;

/// <summary>A deprivileged kernel behaves as on the bare machine, as long as everything sensitive in it traps.</summary>
public sealed class TrapTechniqueTests
{
    private const int Seeds = 100;
    private const int CheckedSeeds = 12;

    private static RunRequest Guest(KernelImage image) =>
        new(image) { MemoryBytes = BareGuest.MemoryBytes, MaxInstructions = 3_000_000 };

    [Fact]
    public void RandomKernels_EndAsOnTheBareMachine() => Parallel.For(0, Seeds, seed =>
    {
        var image = RandomKernel.Build(seed);
        var native = new NativeTechnique().Run(Guest(image));
        var trap = new TrapTechnique().Run(Guest(image));
        Assert.True(native.Outcome == RunOutcome.ShutDown, $"seed {seed}: {native.Reason}");
        Assert.True((native.ExitCode, native.Console) == (trap.ExitCode, trap.Console), $"seed {seed}: {native.Console} natively, {trap.Console} by traps; {trap.Reason}");
        Assert.True(trap.SilentFailures.Count == 0, $"seed {seed}: {string.Join(", ", trap.SilentFailures)}");
    });

    [Fact]
    public void Shadow_IsTheCompositionOrEmpty_AfterEveryExit() => Parallel.For(1000, 1000 + CheckedSeeds, seed =>
    {
        var exits = 0;
        new TrapTechnique().Run(Guest(RandomKernel.Build(seed)), machine =>
        {
            ShadowOracle.Check(machine);
            exits++;
        });
        Assert.True(exits > 100, $"seed {seed} had {exits} exits");
    });

    /// <summary>Whatever differs from the bare machine is explained: the first difference is at one of the sites that the run names.</summary>
    [Fact]
    public void SilentKernels_AreNamed() => Parallel.For(2000, 2030, seed =>
    {
        var image = RandomKernel.Build(seed, silent: true);
        var native = new NativeTechnique().Run(Guest(image));
        var trap = new TrapTechnique().Run(Guest(image));
        Assert.True(native.Outcome == RunOutcome.ShutDown, $"seed {seed}: {native.Reason}");
        Assert.True(trap.Console == native.Console || trap.SilentFailures.Count > 0, $"seed {seed} differs without a reason");
    });

    /// <summary>With the silent sites patched there is no difference left, self-modifying and all.</summary>
    [Fact]
    public void SilentKernels_Patched_EndAsOnTheBareMachine() => Parallel.For(2000, 2060, seed =>
    {
        var image = RandomKernel.Build(seed, silent: true);
        var native = new NativeTechnique().Run(Guest(image));
        var trap = new TrapTechnique().Run(Guest(image) with { PatchSilent = true });
        Assert.True((native.ExitCode, native.Console) == (trap.ExitCode, trap.Console), $"seed {seed}: {native.Console} natively, {trap.Console} patched; {trap.Reason}");
        Assert.True(trap.SilentFailures.Count == 0, $"seed {seed}: {string.Join(", ", trap.SilentFailures)}");
    });
}
