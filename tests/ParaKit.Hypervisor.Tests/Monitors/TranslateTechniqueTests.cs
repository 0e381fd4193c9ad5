using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Tests.Monitors;

/// <summary>A translated kernel behaves as on the bare machine, whatever it executes.</summary>
public sealed class TranslateTechniqueTests
{
    private const int Seeds = 100;

    private static RunRequest Guest(KernelImage image) =>
        new(image) { MemoryBytes = BareGuest.MemoryBytes, MaxInstructions = 30_000_000 };

    [Fact]
    public void RandomKernels_EndAsOnTheBareMachine() => Parallel.For(0, Seeds, seed =>
    {
        var image = RandomKernel.Build(seed, silent: true);
        var native = new NativeTechnique().Run(Guest(image));
        var result = new TranslateTechnique().Run(Guest(image));
        Assert.True(native.Outcome == RunOutcome.ShutDown, $"seed {seed}: {native.Reason}");
        Assert.True(native.Console == result.Console, $"seed {seed}: {native.Console} natively, {result.Console} translated; {result.Reason}");
    });
}
