using System.Globalization;
using System.Text.RegularExpressions;
using ParaKit.EndToEnd.Tests.Support;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;
using ParaKit.Oracles;

namespace ParaKit.EndToEnd.Tests;

/// <summary>What guests see of time: real, virtual, stolen, and that on the wall.</summary>
public sealed class ClockTests
{
    private const ulong Millisecond = 1_000_000;

    private static readonly string s_path =
        Path.Join(BuildOutput.Root, "artifacts", "bin", "ParaKit.Workload", BuildOutput.Configuration.ToLowerInvariant(), "ParaKit.Workload.paravirt.elf");

    private static readonly KernelImage s_workload = KernelImage.Load(File.ReadAllBytes(s_path), "workload");

    /// <summary>A guest that is told what was stolen, and one that only sees gaps in one clock, find the same; real time is virtual time and what was stolen.</summary>
    [Theory]
    [InlineData(0, TscMode.Native)]
    [InlineData(1, TscMode.Native)]
    [InlineData(3, TscMode.Offset)]
    [InlineData(1, TscMode.Emulated)]
    public void LostTime_IsFound_WithAndWithoutTheHypervisorsWord(int neighbours, TscMode mode)
    {
        RunRequest[] runs = [Request("role=lost until=62") with { TscMode = mode }, .. Enumerable.Repeat(Request("role=compute until=62"), neighbours)];
        RunResult result = new ParavirtTechnique().RunAll(runs)[0];
        Assert.Equal((RunOutcome.ShutDown, 0), (result.Outcome, result.ExitCode));
        var (real, ran, stolen, gaps) = (Figures(result, "REAL")[0], Figures(result, "RAN")[0], Figures(result, "STOLEN")[0], Figures(result, "GAPS")[0]);
        Assert.InRange((double)ran + stolen, real - 20_000.0, real + 20_000.0);
        Assert.InRange((double)gaps, stolen - 50_000.0, stolen + 50_000.0);
        Assert.InRange(stolen / (double)real, neighbours == 0 ? 0 : 0.9 * neighbours / (neighbours + 1), neighbours == 0 ? 0.001 : 1.1 * neighbours / (neighbours + 1));
    }

    /// <summary>Alarms in virtual time wait until the guest has run; alarms in real time are late by no more than the others' turns.</summary>
    [Fact]
    public void Alarms_GoOffInTheirTimes()
    {
        RunRequest compute = Request("role=compute until=100");
        RunResult alone = new ParavirtTechnique().Run(Request("role=alarms until=100"));
        RunResult beside = new ParavirtTechnique().RunAll([Request("role=alarms until=100"), compute, compute])[0];
        Assert.Equal([49], Figures(alone, "REAL ALARMS"));
        Assert.Equal([49], Figures(alone, "VIRTUAL ALARMS"));
        Assert.All(Figures(alone, "REAL LATE").Concat(Figures(alone, "VIRTUAL LATE")), late => Assert.InRange(late, 0ul, 5_000ul));
        Assert.InRange(Figures(beside, "VIRTUAL ALARMS")[0], 14ul, 18ul);
        Assert.InRange(Figures(beside, "VIRTUAL LATE")[0], 0ul, 20_000ul);
        Assert.InRange(Figures(beside, "REAL LATE")[0], 5 * Millisecond, 11 * Millisecond);
    }

    /// <summary>Somebody sets the wall clock back by an hour, and forth by a day: all alarms go off in their order, at their times.</summary>
    [Fact]
    public void WallClock_IsSet_AndNoAlarmTakesNotice()
    {
        using var host = new ParavirtHost(new HostOptions());
        HostedGuest guest = host.Create(Request("role=wall"));
        var start = host.WallClockAtBoot;
        host.Run(5 * Millisecond);
        host.WallClockAtBoot = start.AddHours(-1);
        host.Run(6 * Millisecond);
        host.WallClockAtBoot = start.AddDays(1);
        Assert.True(host.RunToEnd(default));
        ulong[] real = Figures(guest.Result, "REAL");
        Assert.Equal(8, real.Length);
        Assert.All(real.Index(), r => Assert.InRange(r.Item, 2 * Millisecond * (ulong)(r.Index + 1), (2 * Millisecond * (ulong)(r.Index + 1)) + 5_000));
        var zero = (ulong)start.ToUnixTimeSeconds();
        Assert.Equal([zero, zero, zero - 3600, zero - 3600, zero - 3600, zero + 86400, zero + 86400, zero + 86400], Figures(guest.Result, "WALL"));
        Assert.Throws<ArgumentOutOfRangeException>(() => host.WallClockAtBoot = DateTimeOffset.UnixEpoch.AddSeconds(-1));
    }

    /// <summary>The clocks are those of Xen: alarms go off in their order, none before its time, and the wall shows this century.</summary>
    [XenFact]
    public void Clocks_AreThoseOfRealXen()
    {
        (string[] lines, string end) = RealXen.Run(s_path, "role=wall");
        ulong[] real = [.. Read(lines, "REAL ")];
        Assert.Equal(8, real.Length);
        Assert.All(real.Index(), r => Assert.True(r.Item >= 2 * Millisecond * (ulong)(r.Index + 1)));
        Assert.All(Read(lines, "WALL "), wall => Assert.InRange(wall, 1_600_000_000ul, 4_102_444_800ul));
        Assert.Equal("halted: halting machine", end);

        static IEnumerable<ulong> Read(string[] lines, string name) =>
            lines.Where(line => line.StartsWith(name, StringComparison.Ordinal)).Select(line => ulong.Parse(line[name.Length..], CultureInfo.InvariantCulture));
    }

    private static ulong[] Figures(RunResult result, string name) =>
        [.. Regex.Matches(result.Console, $@"^{name} (\d+)$", RegexOptions.Multiline).Select(match => ulong.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];

    private static RunRequest Request(string commandLine) => new(s_workload) { MemoryBytes = 16 << 20, MaxInstructions = 500_000_000, CommandLine = commandLine };
}
