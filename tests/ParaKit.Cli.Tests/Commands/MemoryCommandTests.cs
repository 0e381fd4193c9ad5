using System.Text.Json.Nodes;
using ParaKit.Cli.Guests;
using ParaKit.Cli.Tests.Rendering;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Tests.Commands;

/// <summary>The map of a real kernel's memory.</summary>
public sealed class MemoryCommandTests : IDisposable
{
    private const string KernelStart = "0xffffffff80100000";

    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Paravirtual_ShowsTypesCountsAndTranslations()
    {
        Assert.Equal(0, await MapAsync("paravirt", "--after", "5", "--address", KernelStart, "--address", "0x10000000", "--json"));
        var map = JsonNode.Parse(_cli.Output)!;
        Assert.Empty(JsonSchema.ForMemoryMap().Problems(map));
        var uses = map["ranges"]!.AsArray().GroupBy(r => r!["use"]!.GetValue<string>()).ToDictionary(g => g.Key, g => g.Sum(r => r!["pages"]!.GetValue<long>()));
        Assert.Equal(2048, uses.Values.Sum());
        Assert.True(uses["L1 table"] >= 4 && uses["L4 table"] >= 1 && uses["writable"] > 1000 && uses["read-only"] > 0, string.Join(", ", uses));
        var translations = map["translations"]!.AsArray();
        Assert.Equal(("0x100", true), (translations[0]!["pfn"]!.GetValue<string>(), translations[0]!["mfn"] is not null));
        Assert.Null(translations[1]!["pfn"]);
    }

    [Theory]
    [InlineData("hardware")]
    [InlineData("trap")]
    [InlineData("translate")]
    public async Task Unmodified_ShowsWhichPagesAreThere(string technique)
    {
        Assert.Equal(0, await MapAsync(technique, "--after", "5", "--address", KernelStart, "--map"));
        Assert.Matches(@"(?m)^empty +1,[0-9]{3} ", _cli.Output);
        Assert.Matches(@"(?m)^private +[1-9]", _cli.Output);
        Assert.Matches(@"(?m)^ffffffff80100000  ffffffff80100  100 +[0-9a-f]+$", _cli.Output);
    }

    [Theory]
    [InlineData("paravirt")]
    [InlineData("hardware")]
    public async Task GuestThatHasEnded_IsSaidToHave(string technique)
    {
        Assert.Equal(0, await MapAsync(technique, "--after", "1000", "--command-line", "quick"));
        Assert.Matches(@"^Sample\.[a-z]+\.elf, [a-z]+, after [0-9.]+ ms, when it had ended: 2,048 pages", _cli.Output);
    }

    [Theory]
    [InlineData("native", "--map", "a guest has the machine's memory as it is")]
    [InlineData("paravirt", "--address=xyz", "'xyz' is no hexadecimal address")]
    public async Task WrongUse_IsSaid(string technique, string argument, string message)
    {
        Assert.Equal(2, await MapAsync(technique, argument));
        Assert.Contains(message, _cli.Error, StringComparison.Ordinal);
    }

    private Task<int> MapAsync(string technique, params string[] more)
    {
        var mode = technique == "paravirt" ? "paravirt" : "native";
        var image = _cli.Write($"Sample.{mode}.elf", CarriedGuest.Sample(mode));
        return _cli.RunAsync(TechniqueTable.All, ["memory", image, "--technique", technique, "--memory", "8M", .. more]);
    }
}
