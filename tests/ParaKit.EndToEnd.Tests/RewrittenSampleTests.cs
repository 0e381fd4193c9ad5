using ParaKit.EndToEnd.Tests.Support;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;
using ParaKit.Oracles;
using ParaKit.Rewriter.Static;

namespace ParaKit.EndToEnd.Tests;

/// <summary>The sample's native image, rewritten without its source, is a paravirtual kernel with the same behaviour.</summary>
public sealed class RewrittenSampleTests
{
    private static readonly Lazy<RewrittenImage> s_rewritten = new(() => StaticRewriter.Rewrite(BuildOutput.SampleImage("native"), BuildOutput.Bridge()));

    [Fact]
    public void Rewritten_PrintsTheSameChecks()
    {
        RunResult result = new ParavirtTechnique().Run(new RunRequest(KernelImage.Load(s_rewritten.Value.File, "rewritten")) { MaxInstructions = 400_000_000 });
        Assert.Equal((RunOutcome.ShutDown, 0), (result.Outcome, result.ExitCode));
        Assert.Equal(Expected(), ConsoleText.Checks(result.Console));
    }

    [Fact]
    public void Rewriting_LeavesNothingOutAndIsReproducible()
    {
        Assert.Empty(s_rewritten.Value.Warnings);
        Assert.Equal(s_rewritten.Value.File, StaticRewriter.Rewrite(BuildOutput.SampleImage("native"), BuildOutput.Bridge()).File);
    }

    [XenFact]
    public void Rewritten_OnRealXen_PrintsTheSameChecks()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, s_rewritten.Value.File);
            (string[] lines, string end) = RealXen.Run(path);
            Assert.StartsWith("halted", end, StringComparison.Ordinal);
            Assert.Equal(Expected(), lines.Where(l => l.StartsWith("CHECK ", StringComparison.Ordinal)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string[] Expected() =>
        ConsoleText.Checks(new NativeTechnique().Run(new RunRequest(BuildOutput.SampleImage("native"))).Console);
}
