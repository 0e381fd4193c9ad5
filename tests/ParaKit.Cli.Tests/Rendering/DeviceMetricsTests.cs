using ParaKit.Cli.Rendering;
using ParaKit.Cli.Reporting;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Tests.Rendering;

/// <summary>What the contrast says about devices: exits per operation as heard, bytes copied per request and packet as counted.</summary>
public sealed class DeviceMetricsTests
{
    private const string Console = "BENCH CLOCK 1000000000\nBENCH 4000 2 disk read 4K\nBENCH 300 10 packet echo 64\nBENCH 7 1 cli\n";

    [Fact]
    public void Devices_HaveExitsAndBytesPerOperation()
    {
        var rows = BenchmarkMetrics.Of(
        [
            Run(exits: [3, 50], new() { ["ata bytes through the data port"] = 8192, ["ata requests"] = 2, ["ne2000 bytes through the data port"] = 1280, ["ne2000 packets sent"] = 10, ["ne2000 packets received"] = 10 }),
            Run(exits: [1, 5], new() { ["xvda requests"] = 2, ["xvda bytes read"] = 8192, ["vif0 header bytes copied"] = 420, ["vif0 packets sent"] = 10, ["vif0 packets received"] = 10 }),
        ]);
        Assert.Equal(["1.5", "0.5"], Row("disk read 4K: exits"));
        Assert.Equal(["5.0", "0.5"], Row("packet echo 64: exits"));
        Assert.Equal(["4,096.0", "0.0"], Row("bytes copied per disk request"));
        Assert.Equal(["64.0", "21.0"], Row("bytes copied per packet"));
        Assert.All(Row("disk read 4K: per second"), value => Assert.True(double.Parse(value, System.Globalization.CultureInfo.InvariantCulture) > 0, value));
        Assert.DoesNotContain(rows, row => row.Name.StartsWith("cli:", StringComparison.Ordinal));

        IReadOnlyList<string> Row(string name) => Assert.Single(rows, row => row.Name == name).Values;
    }

    /// <summary>A run that prints its lines with so many exits before each of the first two.</summary>
    private static TechniqueRun Run(int[] exits, Dictionary<string, long> devices)
    {
        var recorder = new RunRecorder();
        foreach (var (i, line) in Console.Split('\n', StringSplitOptions.RemoveEmptyEntries).Index())
        {
            for (var exit = 0; i is 1 or 2 && exit < exits[i - 1]; exit++)
            {
                recorder.OnExit(new ExitSlice("PortAccess", ExitKind.Exit, Rip: 0, IsUser: false, Start: 0, End: 1));
            }

            recorder.OnConsole(System.Text.Encoding.ASCII.GetBytes(line + "\n"));
        }

        var result = new RunResult
        {
            Technique = "x", Outcome = RunOutcome.ShutDown, Console = Console, Exits = new Dictionary<string, long>(), Hypercalls = new Dictionary<string, long>(), Devices = devices,
        };
        return new TechniqueRun(TestImages.Load(TestImages.Native, "x"), result) { ExitsPerOperation = recorder.ExitsPerOperation(Console), OperationsPerSecond = recorder.OperationsPerSecond(Console) };
    }
}
