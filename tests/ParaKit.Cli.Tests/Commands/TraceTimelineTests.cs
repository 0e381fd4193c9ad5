using System.Text.Json.Nodes;
using ParaKit.Cli.Tests.Auditing;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.Cli.Tests.Commands;

/// <summary>Timelines of the sample, held against the counts of a run that nobody observes.</summary>
public sealed class TraceTimelineTests : IDisposable
{
    private readonly CommandLine _cli = new();

    public static TheoryData<string> Techniques => [.. TechniqueTable.All.Select(t => t.Name)];

    private string Timeline => Path.Join(_cli.Folder, "run.json");

    public void Dispose() => _cli.Dispose();

    [Theory]
    [MemberData(nameof(Techniques))]
    public async Task Timeline_AgreesWithTheCountsOfAnUnobservedRun(string technique)
    {
        ITechnique subject = TechniqueTable.All.Single(t => t.Name == technique);
        var image = ImageFor(technique);
        var expected = subject.Run(new RunRequest(KernelImage.Load(await File.ReadAllBytesAsync(image), Path.GetFileName(image))));

        Assert.Equal(0, await TraceAsync(image, "--technique", technique));

        var document = JsonNode.Parse(await File.ReadAllTextAsync(Timeline))!;
        JsonArray events = document["traceEvents"]!.AsArray();
        Assert.Equal(expected.Exits, CountByName(events, "exit"));
        Assert.Equal(expected.CallOuts.Values.Sum(), CountByName(events, "call-out").Values.Sum());
        Assert.Equal(expected.Hypercalls.Values.Sum(), CountByName(events, "hypercall").Values.Sum());
        Assert.Equal(0, document["otherData"]!["omittedEvents"]!.GetValue<long>());
        var end = expected.ModelledCycles * 1e6 / document["otherData"]!["frequencyHz"]!.GetValue<long>();
        Assert.Equal(end, events.Where(e => Is(e, "X")).Max(e => Time(e) + Duration(e)), 0.01);
        AssertSlicesFollowEachOther(events);
        AssertArrowsArePaired(events);
    }

    [Fact]
    public async Task TooManyEvents_AreCountedAndTheRunGoesOn()
    {
        Assert.Equal(0, await TraceAsync(ImageFor("trap"), "--technique", "trap", "--max-events", "100"));
        var document = JsonNode.Parse(await File.ReadAllTextAsync(Timeline))!;
        Assert.InRange(document["traceEvents"]!.AsArray().Count(e => !Is(e, "M")), 99, 100);
        Assert.True(document["otherData"]!["omittedEvents"]!.GetValue<long>() > 1000);
        Assert.Matches("warning: [0-9,]+ events were left out; --max-events [0-9]+ would keep them", _cli.Error);
    }

    [Fact]
    public async Task FolderThatIsNotThere_IsSaidBeforeRunning()
    {
        Assert.Equal(2, await _cli.RunAsync("trace", _cli.Native, "--technique", "native", "-o", Path.Join(_cli.Folder, "no", "run.json")));
        Assert.Null(_cli.Techniques[0].LastRun);
        Assert.Contains("Cannot write '{folder}", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GuestThatFails_LeavesACompleteTimeline()
    {
        _cli.Techniques = [new(TestRuns.Crashed)];
        Assert.Equal(1, await _cli.RunAsync("trace", _cli.Paravirt, "--technique", TestRuns.Crashed.Technique, "-o", Timeline));
        Assert.NotNull(JsonNode.Parse(await File.ReadAllTextAsync(Timeline))!["otherData"]);
    }

    [Fact]
    public async Task TechniqueThatBreaks_LeavesTheOldFile()
    {
        await File.WriteAllTextAsync(Timeline, "old");
        _cli.Techniques = [new(TestRuns.Native, () => new InvalidOperationException("planted"))];
        Assert.Equal(3, await _cli.RunAsync("trace", _cli.Native, "--technique", "native", "-o", Timeline));
        Assert.Equal("old", await File.ReadAllTextAsync(Timeline));
        Assert.Empty(Directory.EnumerateFiles(_cli.Folder, "*.tmp"));
    }

    private static string ImageFor(string technique)
    {
        var kind = technique == "paravirt" ? "paravirt" : "native";
        return Path.Join(GuestFolder.RepositoryRoot, "artifacts", "bin", "Guest", GuestFolder.Configuration.ToLowerInvariant(), $"Guest.{kind}.elf");
    }

    private Task<int> TraceAsync(string image, params string[] arguments) =>
        _cli.RunAsync(TechniqueTable.All, ["trace", image, "-o", Timeline, .. arguments]);

    private static Dictionary<string, long> CountByName(JsonArray events, string category) => events
        .Where(e => Is(e, "X") && Category(e) == category)
        .CountBy(e => e!["name"]!.GetValue<string>())
        .ToDictionary(p => p.Key, p => (long)p.Value);

    private static void AssertSlicesFollowEachOther(JsonArray events)
    {
        const double Rounding = 0.001;
        foreach (var track in events.Where(e => Is(e, "X") && Category(e) != "hypercall").GroupBy(e => e!["tid"]!.GetValue<int>()))
        {
            var end = 0.0;
            foreach (var slice in track)
            {
                Assert.True(Time(slice) >= end - Rounding, $"{slice} begins before {end}");
                end = Time(slice) + Duration(slice);
            }
        }
    }

    private static void AssertArrowsArePaired(JsonArray events)
    {
        var heads = events.Where(e => Is(e, "s")).ToDictionary(e => e!["id"]!.GetValue<long>(), Time);
        var tails = events.Where(e => Is(e, "f")).ToDictionary(e => e!["id"]!.GetValue<long>(), Time);
        Assert.Equal(heads.Keys, tails.Keys);
        Assert.All(heads, head => Assert.True(tails[head.Key] >= head.Value));
    }

    private static bool Is(JsonNode? e, string phase) => e!["ph"]!.GetValue<string>() == phase;

    private static string Category(JsonNode? e) => e!["cat"]!.GetValue<string>();

    private static double Time(JsonNode? e) => e!["ts"]!.GetValue<double>();

    private static double Duration(JsonNode? e) => e!["dur"]!.GetValue<double>();
}
