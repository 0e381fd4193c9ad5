namespace ParaKit.Cli.Tests.Commands;

public sealed class HelpTests : IDisposable
{
    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("--help", "parakit contrast sample-guest")]
    [InlineData("run --help", "parakit run sample-guest --technique paravirt")]
    [InlineData("contrast --help", "parakit contrast sample-guest")]
    [InlineData("audit --help", "parakit audit sample-guest")]
    [InlineData("scan --help", "parakit scan Guest.native.elf")]
    [InlineData("certify --help", "parakit certify sample-guest")]
    [InlineData("show --help", "parakit show sample-guest")]
    [InlineData("host --help", "parakit host")]
    [InlineData("create --help", "parakit create guest.cfg")]
    [InlineData("list --help", "parakit list")]
    [InlineData("top --help", "parakit top")]
    [InlineData("vcpu-list --help", "parakit vcpu-list")]
    [InlineData("console --help", "parakit console web")]
    [InlineData("sched-set --help", "parakit sched-set")]
    [InlineData("mem-set --help", "parakit mem-set web 48")]
    [InlineData("pause --help", "parakit pause web")]
    [InlineData("experiment --help", "parakit experiment isolation")]
    [InlineData("experiment isolation --help", "parakit experiment isolation")]
    [InlineData("run -h nowhere --bogus", "parakit run sample-guest --technique paravirt")]
    public async Task Help_EveryCommand_EndsWithExamples(string arguments, string example)
    {
        Assert.Equal(0, await _cli.RunAsync(arguments.Split(' ')));
        Assert.Contains($"Examples:{Environment.NewLine}  {example}{Environment.NewLine}", _cli.Output, StringComparison.Ordinal);
        Assert.Empty(_cli.Error);
    }

    [Fact]
    public async Task Help_Run_NamesTheTechniques()
    {
        await _cli.RunAsync("run", "--help");
        Assert.Contains("--technique <native|paravirt>", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_IsPrinted()
    {
        Assert.Equal(0, await _cli.RunAsync("--version"));
        Assert.Matches(@"^\d+\.\d+", _cli.Output);
    }
}
