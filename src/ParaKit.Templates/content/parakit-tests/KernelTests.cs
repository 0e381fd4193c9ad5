using ParaKit.Hypervisor.Techniques;
using ParaKit.Testing;

public sealed class KernelTests
{
    private const string Kernel = "KERNEL_PROJECT";

    [Theory]
    [InlineData("native")]
    [InlineData("trap")]
    [InlineData("paravirt")]
    public async Task Kernel_ShutsDown(string technique)
    {
        using var run = await GuestRun.StartAsync(Kernel, technique);
        Assert.True(run.Outcome == RunOutcome.ShutDown, run.Reason);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task Kernel_PrintsTheSame_HoweverItIsRun()
    {
        using var native = await GuestRun.StartAsync(Kernel, "native");
        using var paravirt = await GuestRun.StartAsync(Kernel, "paravirt");
        Assert.NotEmpty(native.Console);
        Assert.Equal(native.Console.ReplaceLineEndings(), paravirt.Console.ReplaceLineEndings());
    }

    [Fact]
    public async Task Kernel_IsRewritten()
    {
        // Stable text: with the package Verify.Xunit this is a snapshot, "await Verifier.Verify(text)".
        string text = await Rewriting.OfProject(Kernel);
        Assert.Contains("ParavirtualPlatform.Initialize", text);
    }
}
