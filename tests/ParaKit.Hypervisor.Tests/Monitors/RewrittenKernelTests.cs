using System.Collections.Concurrent;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;
using ParaKit.Rewriter.Static;

namespace ParaKit.Hypervisor.Tests.Monitors;

/// <summary>A native kernel that the static rewriter made paravirtual behaves as on the bare machine, its silent instructions included.</summary>
public sealed class RewrittenKernelTests
{
    private const int Seeds = 48;
    private const int Rounds = 60;
    private const int StatesPerTemplate = 1000;
    private const ulong MemoryBytes = 32 << 20;

    [Fact]
    public void RandomKernels_EndAsOnTheBareMachine_WithEachTemplateInManyStates()
    {
        ConcurrentDictionary<string, int> states = new();
        Parallel.For(0, Seeds, seed =>
        {
            var image = RandomKernel.Build(seed, silent: true, withholds: false, rounds: Rounds);
            var native = new NativeTechnique().Run(new RunRequest(image) { MemoryBytes = BareGuest.MemoryBytes, MaxInstructions = 50_000_000 });
            var rewritten = StaticRewriter.Rewrite(image, BuildOutput.Bridge);
            var result = new ParavirtTechnique().Run(
                new RunRequest(KernelImage.Load(rewritten.File, "rewritten")) { MemoryBytes = MemoryBytes, MaxInstructions = 1_000_000_000 });
            Assert.True(native.Outcome == RunOutcome.ShutDown, $"seed {seed}: {native.Reason}");
            Assert.True(native.Console == result.Console, $"seed {seed}: {native.Console} natively, {result.Console} rewritten; {result.Reason}");
            foreach (var site in rewritten.Sites)
            {
                states.AddOrUpdate(site.Name, Rounds, (_, count) => count + Rounds);
            }
        });
        Assert.All(states, template => Assert.True(template.Value >= StatesPerTemplate, $"{template.Key} was executed in {template.Value} states only"));
    }
}
