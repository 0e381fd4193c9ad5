using ParaKit.SamplePlugin;

namespace ParaKit.Testing.Tests;

/// <summary>A kernel in C# with an intrinsic of an extension's instruction.</summary>
public sealed class ExtensionTests
{
    [Theory]
    [InlineData("native")]
    [InlineData("trap")]
    [InlineData("translate")]
    [InlineData("paravirt")]
    [InlineData("hardware")]
    public async Task Intrinsic_ReachesTheInstruction(string technique)
    {
        using GuestRun run = await GuestRun.StartAsync(
            "Guests/Extended", technique, new GuestRunOptions { Request = r => r with { Extensions = [new SampleExtension()] } });
        Assert.Equal("0x8000000000000001 0xff00000000000000\n", run.Console);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task WithoutTheExtension_ItIsUndefined()
    {
        using GuestRun run = await GuestRun.StartAsync("Guests/Extended", "native");
        Assert.NotEqual(0, run.ExitCode);
    }
}
