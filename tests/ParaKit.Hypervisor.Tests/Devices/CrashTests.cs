using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Tests.Devices;

/// <summary>The sample's log under a power failure at every write: nothing that was committed is lost, and nothing is committed in part.</summary>
public sealed class CrashTests
{
    private const int Transactions = 2;
    private const int PagesPerTransaction = 3;
    private const int DiskBytes = 32 * 4096;

    /// <summary>What a run after the failure finds.</summary>
    private readonly record struct Found(int At, int Seed, int Acknowledged, int Committed, int Whole)
    {
        public bool IsRight => Whole == Committed && Committed >= Acknowledged && Committed <= Acknowledged + 1;
    }

    /// <summary>A ring moves pages, ATA sectors: there are more places to fail.</summary>
    [Theory]
    [InlineData("paravirt", 1, 4)]
    [InlineData("native", 8, 1)]
    public void WithBarriers_EveryFailureLeavesWholeTransactions(string technique, int writesPerPage, int outcomes)
    {
        Found[] found = Crash(technique, "", writesPerPage, outcomes);
        Assert.All(found, f => Assert.True(f.IsRight, f.ToString()));
        Assert.Contains(found, f => f.Committed == f.Acknowledged + 1);
        Assert.Contains(found, f => f.Committed == 0);
        Assert.Contains(found, f => f.Committed == Transactions);
    }

    /// <summary>So the test can fail: without the barrier a commit can be durable before its pages.</summary>
    [Fact]
    public void WithoutBarriers_SomeFailureLeavesACommitWithoutItsPages() => Assert.Contains(Crash("paravirt", " unordered", 1, 4), f => !f.IsRight);

    private static Found[] Crash(string technique, string option, int writesPerPage, int outcomes)
    {
        ConcurrentBag<Found> found = [];
        Parallel.For(0, ((Transactions * PagesPerTransaction * writesPerPage) + 1) * outcomes, i =>
        {
            var (at, seed) = ((i / outcomes) + 1, i % outcomes);
            var medium = new CrashMedium(new byte[DiskBytes], at);
            var first = Run(technique, $"quick store={Transactions}{option}", medium);
            var second = Run(technique, "quick store=0", new CrashMedium(medium.AfterCrash(new Random((at * 1000) + seed)), int.MaxValue));
            found.Add(new Found(at, seed, Regex.Count(first, "STORE committed"), Number(second, "found"), Number(second, "whole")));
        });
        return [.. found];
    }

    private static int Number(string console, string word) => int.Parse(Regex.Match(console, $"STORE {word} (\\d+)").Groups[1].Value, CultureInfo.InvariantCulture);

    private static string Run(string technique, string commandLine, CrashMedium medium)
    {
        string path = BuildOutput.Image("Guest", technique);
        return TechniqueTable.All.Single(t => t.Name == technique).Run(new RunRequest(KernelImage.Load(File.ReadAllBytes(path), "Guest"))
        {
            CommandLine = commandLine,
            Disks = [new DiskOptions("test", IsReadOnly: false) { Medium = medium }],
            MaxInstructions = 500_000_000,
        }).Console;
    }
}
