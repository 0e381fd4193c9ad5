namespace ParaKit.Cli.Tests.Commands;

[UsesVerify]
public sealed class ContrastCommandTests : IDisposable
{
    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Contrast_OneImage_FindsTheOther(bool native)
    {
        Assert.Equal(0, await _cli.RunAsync("contrast", native ? _cli.Native : _cli.Paravirt));
        Assert.Equal("Guest.native.elf", _cli.Techniques[0].LastRun!.Image.Name);
        Assert.Equal("Guest.paravirt.elf", _cli.Techniques[1].LastRun!.Image.Name);
    }

    [Fact]
    public async Task Contrast_RunsAgree_PrintsConsolesTableAndChecks()
    {
        Assert.Equal(0, await _cli.RunAsync("contrast", _cli.Native));
        await Verifier.Verify(_cli.Output);
    }

    [Fact]
    public async Task Contrast_OneCrashes_ShowsReasonAndDifference()
    {
        _cli.Techniques = [new(TestRuns.Native), new(TestRuns.Crashed)];
        Assert.Equal(1, await _cli.RunAsync("contrast", _cli.Native));
        await Verifier.Verify(_cli.Output);
    }

    [Fact]
    public async Task Contrast_ChecksDiffer_Returns1()
    {
        _cli.Techniques = [new(TestRuns.Native), new(TestRuns.Paravirt with { Console = "CHECK pages 12\n" })];
        Assert.Equal(1, await _cli.RunAsync("contrast", _cli.Native));
    }

    [Fact]
    public async Task Contrast_AGuestReturnsAnotherCode_Returns1()
    {
        _cli.Techniques = [new(TestRuns.Native), new(TestRuns.Paravirt with { ExitCode = 2 })];
        Assert.Equal(1, await _cli.RunAsync("contrast", _cli.Native));
    }

    [Fact]
    public async Task Contrast_SiblingMissing_Returns2()
    {
        File.Delete(_cli.Paravirt);
        Assert.Equal(2, await _cli.RunAsync("contrast", _cli.Native));
        Assert.Equal(
            "parakit: error: There is no paravirt image at '{folder}/Guest.paravirt.elf' beside '{folder}/Guest.native.elf'.\n",
            _cli.Error.Replace('\\', '/'));
        Assert.Null(_cli.Techniques[0].LastRun);
    }

    [Fact]
    public async Task Contrast_ImageOfUnknownKind_Returns2()
    {
        Assert.Equal(2, await _cli.RunAsync("contrast", _cli.Write("kernel", TestImages.Native)));
        Assert.Contains("is named neither X.native.elf nor X.paravirt.elf", _cli.Error, StringComparison.Ordinal);
    }
}
