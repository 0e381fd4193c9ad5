using ParaKit.Hypervisor.Techniques;
using ParaKit.Oracles;
using ParaKit.Sdk.Tests.Support;

namespace ParaKit.Sdk.Tests;

/// <summary>A generated ring, event channels and grants in a real kernel.</summary>
[Collection(PackedSdkCollection.Name)]
public sealed class SplitDriverTests(PackedSdk sdk)
{
    private static readonly string[] s_ring = ["PASS 1000 requests are answered in order", "PASS one notification per full ring"];

    private static readonly string[] s_connection = ["PASS a channel connects the domain with itself", "PASS an event is sent", "PASS channels close"];

    private static readonly string[] s_grants = ["PASS grants are made and ended", "PASS every free entry can be used"];

    [Theory]
    [InlineData("native")]
    [InlineData("paravirt")]
    public void Kernel_Passes(string technique)
    {
        string[] expected = technique == "native" ? s_ring : [.. s_ring, .. s_connection, .. s_grants];
        RunResult result = Build().Boot(technique);
        Assert.Equal(expected, result.Console.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0));
        Assert.Equal((RunOutcome.ShutDown, 0), (result.Outcome, result.ExitCode));
    }

    [XenFact]
    public void Kernel_Passes_OnRealXen() => Assert.Equal(
        [.. s_ring, .. s_connection, .. s_grants], RealXen.Run(Build().ImagePath("paravirt")).Lines);

    private GuestProject Build()
    {
        GuestProject project = sdk.CreateProject("SplitDriver.cs");
        project.BuildSuccessfully();
        return project;
    }
}
