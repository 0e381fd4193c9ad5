using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using ParaKit.Building;
using ParaKit.Hypervisor.Techniques;
using Xunit.Abstractions;

namespace ParaKit.Testing.Tests;

public sealed class GuestRunTests(ITestOutputHelper output)
{
    private const string Small = "Guests/Small";
    private const ulong Mark = 0x0123_4567_89ab_cdef;

    private static readonly GuestRunOptions s_spin = new() { Request = run => run with { CommandLine = "spin" } };

    public static TheoryData<string> Techniques => [.. TechniqueTable.All.Select(technique => technique.Name)];

    [Theory]
    [MemberData(nameof(Techniques))]
    public async Task Run_GivesConsole_ExitCode_Memory_AndRegisters(string technique)
    {
        using var run = await GuestRun.StartAsync(Small, technique);
        Assert.Null(run.Reason);
        Assert.Equal((RunOutcome.ShutDown, 1), (run.Outcome, run.ExitCode));
        var line = run.Console.Trim();
        Assert.StartsWith("mark at ", line, StringComparison.Ordinal);
        var place = ulong.Parse(line.Split(' ')[^1].Replace("0x", "", StringComparison.Ordinal), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        Assert.True(run.TryRead(place, out ulong mark));
        Assert.Equal(Mark, mark);
        Assert.InRange(run.Registers["rsp"], place - 0x1000, place);

        Assert.True(run.Image.TryGetAddress("kernel_main", out var start));
        var code = new byte[4];
        Assert.True(run.TryRead(start, code));
        Assert.Contains(code, value => value != 0);
    }

    [Fact]
    public async Task Run_CountsWhatTheTechniqueCosts()
    {
        using var native = await GuestRun.StartAsync(Small, "native");
        using var trap = await GuestRun.StartAsync(Small, "trap");
        using var paravirt = await GuestRun.StartAsync(Small, "paravirt");
        Assert.Empty(native.Exits);
        Assert.True(trap.Emulations["out"] > 0);
        Assert.Empty(trap.Hypercalls);
        using var translate = await GuestRun.StartAsync(Small, "translate");
        Assert.True(translate.Translation["units"] > 0);
        Assert.Empty(trap.Translation);
        Assert.Equal(1, paravirt.Hypercalls["sched_op"]);
        Assert.Empty(paravirt.Emulations);
    }

    [Fact]
    public async Task ManyRuns_InParallel_Agree()
    {
        using (await GuestRun.StartAsync(Small, "native"))
        {
            // Builds, so that the time below is that of runs.
        }

        var watch = Stopwatch.StartNew();
        var starts = Enumerable.Range(0, 24).Select(i => GuestRun.StartAsync(Small, TechniqueTable.All[i % 3].Name)).ToArray();
        var runs = await Task.WhenAll(starts);
        output.WriteLine(FormattableString.Invariant($"{watch.Elapsed.TotalMilliseconds / runs.Length:F1} ms per run, {runs.Length} in parallel"));
        Assert.All(runs.GroupBy(run => run.Result.Technique), group => Assert.Single(group.Select(run => (run.Console, run.Result.Instructions)).Distinct()));
        foreach (var run in runs)
        {
            run.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Techniques))]
    public async Task EndlessGuest_IsCancelled(string technique)
    {
        using (await GuestRun.StartAsync(Small, technique))
        {
            // Builds, so that the time below is the run's.
        }

        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => GuestRun.StartAsync(Small, technique, s_spin, source.Token));
    }

    [Fact]
    public async Task EndlessGuest_StopsAtTheLimit()
    {
        var options = new GuestRunOptions { Request = run => s_spin.Request!(run) with { MaxInstructions = 1_000_000 } };
        using var run = await GuestRun.StartAsync(Small, "paravirt", options);
        Assert.Equal((RunOutcome.Stopped, RunResult.NoExitCode), (run.Outcome, run.ExitCode));
        Assert.StartsWith("Stopped: the instruction limit is reached.", run.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_IsRunAsItIs_AndNotBuilt()
    {
        var images = await SharedBuilds.LocateAsync(GuestFile.Resolve(Small, ThisFile()), GuestFile.ConfigurationOf(typeof(GuestRunTests).Assembly), build: true, default);
        using var run = await GuestRun.StartAsync(Path.Join(images.Directory, "Small.native.elf"), "native");
        Assert.Equal((RunOutcome.ShutDown, "Small.native.elf"), (run.Outcome, run.Image.Name));
        var exception = await Assert.ThrowsAsync<GuestException>(() => GuestRun.StartAsync(Path.Join(images.Directory, "Small.native.elf"), "paravirt"));
        Assert.Equal("'Small.native.elf' has no Xen notes, so it is not a paravirtual image; 'paravirt' runs X.paravirt.elf.", exception.Message);
    }

    [Fact]
    public async Task MissingGuest_IsSaid_RelativeToTheTest()
    {
        var exception = await Assert.ThrowsAsync<GuestException>(() => GuestRun.StartAsync("Guests/None", "native"));
        Assert.Contains(Path.Join("ParaKit.Testing.Tests", "Guests", "None"), exception.Message, StringComparison.Ordinal);
        exception = await Assert.ThrowsAsync<GuestException>(async () => await GuestRun.StartAsync("Guests/None", "native", callerFile: "/_/Elsewhere/Test.cs"));
        Assert.Contains("which is not on this machine", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownTechnique_NamesTheKnown()
    {
        var exception = await Assert.ThrowsAsync<GuestException>(async () => await GuestRun.StartAsync(Small, "magic"));
        Assert.Equal("'magic' is not a technique. Known techniques: native, trap, translate, paravirt, hardware, kvm.", exception.Message);
    }

    private static string ThisFile([CallerFilePath] string file = "") => file;
}
