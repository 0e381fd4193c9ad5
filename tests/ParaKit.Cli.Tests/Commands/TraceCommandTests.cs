using System.Text.Json.Nodes;
using ParaKit.Cli.Tests.Auditing;
using ParaKit.Cli.Tests.Rendering;

namespace ParaKit.Cli.Tests.Commands;

public sealed class TraceCommandTests : IDisposable
{
    private static readonly string s_native =
        Path.Join(GuestFolder.RepositoryRoot, "artifacts", "bin", "Guest", GuestFolder.Configuration.ToLowerInvariant(), "Guest.native.elf");

    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Translations_ShowsBlocksOfAFunction()
    {
        Assert.Equal(0, await _cli.RunAsync("trace", s_native, "--translations", "--symbol", "pk_trap_common"));
        Assert.Matches(@"(?m)^block [0-9a-f]{16}  pk_trap_common.*: \d+ bytes to \d+, entered [\d,]+ times", _cli.Output);
        Assert.Contains("; identical", _cli.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^  indirect hits +[\d,]+$", _cli.Output);
    }

    [Fact]
    public async Task Json_MatchesItsSchema()
    {
        Assert.Equal(0, await _cli.RunAsync("trace", s_native, "--translations", "--json"));
        JsonNode document = JsonNode.Parse(_cli.Output)!;
        Assert.Empty(JsonSchema.ForTraceReport().Problems(document));
        JsonArray blocks = document["blocks"]!.AsArray();
        Assert.Equal(document["translation"]!["units"]!.GetValue<long>(), blocks.Count);
        Assert.Contains(blocks, b => b!["entries"]!.GetValue<long>() > 1000);
        Assert.Contains(blocks, b => b!["end"]!.GetValue<string>() == "retranslated");
    }

    [Fact]
    public async Task NothingToTrace_IsSaid()
    {
        Assert.Equal(2, await _cli.RunAsync("trace", s_native));
        Assert.Contains("--translations", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SymbolThatDidNotExecute_IsSaid()
    {
        Assert.Equal(2, await _cli.RunAsync("trace", s_native, "--translations", "--symbol", "NoSuchFunction"));
        Assert.Contains("'NoSuchFunction'", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Output);
    }

    [Fact]
    public async Task ParavirtualImage_IsRefused() => Assert.Equal(2, await _cli.RunAsync("trace", _cli.Paravirt, "--translations"));
}
