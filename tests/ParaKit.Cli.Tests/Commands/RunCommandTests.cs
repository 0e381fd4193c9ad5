using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Tests.Commands;

public sealed class RunCommandTests : IDisposable
{
    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Run_GuestShutsDown_OutputIsConsoleOnly()
    {
        Assert.Equal(0, await _cli.RunAsync("run", _cli.Paravirt));
        Assert.Equal(TestRuns.Paravirt.Console, _cli.Output);
        Assert.Equal(
            "parakit: Guest.paravirt.elf, paravirt: shut down with code 0; 1,240,000 instructions, 3,000,000 cycles (modelled), 0.250 s (measured)\n",
            _cli.Error);
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(255, 255)]
    [InlineData(256, 255)]
    [InlineData(-5, 255)]
    public async Task Run_GuestReturnsCode_ProcessReturnsIt(int guest, int process)
    {
        _cli.Techniques = [new(TestRuns.Native with { ExitCode = guest })];
        Assert.Equal(process, await _cli.RunAsync("run", _cli.Native));
    }

    [Fact]
    public async Task Run_GuestCrashes_ReasonGoesToError()
    {
        _cli.Techniques = [new(TestRuns.Crashed)];
        Assert.Equal(1, await _cli.RunAsync("run", _cli.Paravirt));
        Assert.Equal(TestRuns.Crashed.Console, _cli.Output);
        Assert.StartsWith("Domain crashed: <bad> page table [0x1000]\n", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_GuestIsStopped_Returns1()
    {
        _cli.Techniques = [new(TestRuns.Native with { Outcome = RunOutcome.Stopped, Reason = "Stopped." })];
        Assert.Equal(1, await _cli.RunAsync("run", _cli.Native));
    }

    [Theory]
    [InlineData("native", 0)]
    [InlineData("paravirt", 1)]
    public async Task Run_NoTechnique_IsWhatTheImageIsMadeFor(string kind, int index)
    {
        await _cli.RunAsync("run", kind == "native" ? _cli.Native : _cli.Paravirt);
        Assert.NotNull(_cli.Techniques[index].LastRun);
        Assert.Null(_cli.Techniques[1 - index].LastRun);
    }

    [Fact]
    public async Task Run_Options_ReachTheRun()
    {
        await _cli.RunAsync("run", _cli.Native, "--memory", "128M", "--command-line", "a b", "--max-instructions", "5000");
        var run = _cli.Techniques[0].LastRun!;
        Assert.Equal((128UL << 20, "a b", 5000L), (run.MemoryBytes, run.CommandLine, run.MaxInstructions));
    }

    [Fact]
    public async Task Run_NoOptions_RunHasDefaults()
    {
        await _cli.RunAsync("run", _cli.Native);
        var run = _cli.Techniques[0].LastRun!;
        Assert.Equal((64UL << 20, "", 0L), (run.MemoryBytes, run.CommandLine, run.MaxInstructions));
    }

    [Fact]
    public async Task Run_ImageOfAnyName_IsUsed()
    {
        var file = _cli.Write("kernel", TestImages.Native);
        Assert.Equal(0, await _cli.RunAsync("run", file, "--technique", "native"));
    }

    [Fact]
    public async Task Run_TechniqueFindsImageUnusable_Returns2()
    {
        _cli.Techniques = [new(TestRuns.Native, () => new DomainBuildException("too large"))];
        Assert.Equal(2, await _cli.RunAsync("run", _cli.Native));
        Assert.Equal("parakit: error: too large\n", _cli.Error);
    }

    [Theory]
    [InlineData(false, "parakit: error: FormatException: two lines This is a bug in ParaKit. Run again with --debug for the stack trace.\n")]
    [InlineData(true, "parakit: error: FormatException: two lines This is a bug in ParaKit.\nSystem.FormatException: ")]
    public async Task Run_UnexpectedException_IsBugWithCode3(bool debug, string expected)
    {
        _cli.Techniques = [new(TestRuns.Native, () => new FormatException("two\nlines"))];
        Assert.Equal(3, await _cli.RunAsync(debug ? ["run", _cli.Native, "--debug"] : ["run", _cli.Native]));
        Assert.Equal(expected, debug ? _cli.Error[..expected.Length] : _cli.Error);
        Assert.Empty(_cli.Output);
    }

    [Fact]
    public async Task Run_Cancelled_Returns130()
    {
        _cli.Techniques = [new(TestRuns.Native, () => new OperationCanceledException())];
        Assert.Equal(130, await _cli.RunAsync("run", _cli.Native));
    }
}
