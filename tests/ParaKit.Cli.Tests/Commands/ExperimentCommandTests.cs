using System.Text.Json.Nodes;
using ParaKit.Cli.Tests.Rendering;

namespace ParaKit.Cli.Tests.Commands;

public sealed class ExperimentCommandTests : IDisposable
{
    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    /// <summary>Few domains, all figures: every one is where it was expected, as in the whole experiment.</summary>
    [Fact]
    public async Task Isolation_FindsWhatWasExpected_AsJsonAndAsAPage()
    {
        var page = Path.Join(_cli.Folder, "page.html");
        Assert.Equal(0, await _cli.RunAsync("experiment", "isolation", "--domains", "8", "--json", "--html", page));
        var report = JsonNode.Parse(_cli.Output)!;
        Assert.Empty(JsonSchema.ForExperiment().Problems(report));
        Assert.True(report["asExpected"]!.GetValue<bool>());
        var findings = report["findings"]!.AsArray();
        Assert.Equal(22, findings.Count);
        Assert.Equal(4, findings.Count(finding => finding!["section"]!.GetValue<string>().EndsWith("balloon refusal", StringComparison.Ordinal)));
        Assert.InRange(findings[0]!["value"]!.GetValue<double>(), 0.01, 0.1);
        Assert.InRange(findings[2]!["value"]!.GetValue<double>(), 14, 20);
        var html = await File.ReadAllTextAsync(page);
        Assert.Contains("22 of 22 figures are as expected.", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Contains("<polyline", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_FindsWhatWasExpected_AsJsonAndAsAPage()
    {
        var page = Path.Join(_cli.Folder, "memory.html");
        Assert.Equal(0, await _cli.RunAsync("experiment", "memory", "--json", "--html", page));
        var report = JsonNode.Parse(_cli.Output)!;
        Assert.Empty(JsonSchema.ForExperiment().Problems(report));
        Assert.True(report["asExpected"]!.GetValue<bool>());
        Assert.Equal(6, report["findings"]!.AsArray().Count(finding => finding!["name"]!.GetValue<string>().StartsWith("slower, ", StringComparison.Ordinal)));
        var html = await File.ReadAllTextAsync(page);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Contains("A tax on idle memory", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("513")]
    public async Task Domains_HaveBounds(string domains)
    {
        Assert.Equal(2, await _cli.RunAsync("experiment", "isolation", "--domains", domains));
        Assert.Contains("2 to 512 domains can be had", _cli.Error, StringComparison.Ordinal);
    }
}
