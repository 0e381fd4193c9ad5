using ParaKit.EndToEnd.Tests.Support;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Scheduling;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;
using ParaKit.Oracles;

namespace ParaKit.EndToEnd.Tests;

/// <summary>Kernels in C# on a virtual network.</summary>
public sealed class NetworkTests
{
    private const string HttpHead = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 50000\r\n\r\n";

    [Fact]
    public void HostAnswers_PingsAndDatagrams_AndCopiesNoPayload()
    {
        RunResult result = Run(Guest("echo"))[0];
        Assert.Equal(4, Passes(result));
        Assert.Equal(0, result.Devices["vif0 payload bytes copied"]);
        Assert.Equal(result.Devices["vif0 packets received"], result.Devices["vif0 pages flipped"]);
        Assert.Equal(0, result.Devices["vif0 packets dropped"]);
        Assert.Equal(0, result.Devices["vif0 requests failed"]);

        // 20 bytes of IPv4 and 8 of UDP or ICMP behind 14 of Ethernet; a connection's first segment; the search for the host's address.
        Assert.Equal((204 * 42) + 54 + 42, result.Devices["vif0 header bytes copied"]);
    }

    [Fact]
    public void OneGuestGetsAPageOfAnother()
    {
        IReadOnlyList<RunResult> results = Run(Guest("serve"), Guest("get"));
        Assert.All(results, result => Assert.True(result is { Outcome: RunOutcome.ShutDown, ExitCode: 0 }, result.Reason));
        var body = string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i:d9}\n"));
        var sum = (HttpHead + body).Aggregate(0UL, (sum, c) => (sum * 31) + c);
        Assert.Equal($"got {HttpHead.Length + body.Length} bytes, 0x{sum:x16} whole\n", results[1].Console);
        Assert.All(results, result => Assert.Equal(0, result.Devices["vif0 payload bytes copied"]));
        Assert.InRange(results[1].Devices["vif0 pages flipped"], 35, 200);
    }

    /// <summary>Whatever a guest writes over its packets after the decision, what the decision was about is what arrives.</summary>
    [Fact]
    public void HostileGuest_CannotUndoADecision()
    {
        IReadOnlyList<RunResult> results = Run(Guest(""), Guest("", "Intruder") with { Interfaces = [VifOptions.Parse("lan,rule=drop out udp dport 7001")] });
        Assert.All(results, result => Assert.True(result is { Outcome: RunOutcome.ShutDown, ExitCode: 0 }, result.Reason));
        Assert.Equal(11, Passes(results[1]));
        Assert.Equal(
            "ready\n" + string.Concat(Enumerable.Range(0, 10).Select(i => $"from 2 bytes 1 first {100 + i}\n")) + "from 2 bytes 1 first 4\n",
            results[0].Console);
        Assert.Equal(3, results[1].Devices["vif0 packets filtered"]);
        Assert.Equal(7, results[1].Devices["vif0 requests failed"]);
    }

    /// <summary>A program of this computer asks a guest, over the loopback interface.</summary>
    [Fact]
    public async Task PortForward_LeadsToTheGuest()
    {
        using var host = new ParavirtHost(new HostOptions { MemoryBytes = 32 << 20, Domains = 1 });
        HostedGuest guest = host.Create(Guest("serve=2"));
        Assert.Throws<DomainBuildException>(() => host.Forward(ForwardOptions.Parse("0:10.0.0.9:80")));
        int port = host.Forward(ForwardOptions.Parse("0:10.0.0.1:80"));
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        Task<bool> run = Task.Run(() => host.RunToEnd(cancellation.Token), CancellationToken.None);
        using var client = new HttpClient();
        var body = string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i:d9}\n"));
        Assert.Equal(body, await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/"), cancellation.Token));
        Assert.Equal(body, await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/"), cancellation.Token));
        Assert.True(await run);
        Assert.Equal("served\n", guest.Result.Console);
    }

    /// <summary>Exit by exit, what a guest does beside an intruder is what it does alone.</summary>
    [Fact]
    public void HostileNeighbour_LeavesTheTraceOfOthersAsItIs()
    {
        string disk = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(disk, new byte[256 * 512]);
            Trace alone = TraceOf(disk, []);
            File.WriteAllBytes(disk, new byte[256 * 512]);
            Trace beside = TraceOf(disk, [Guest(""), Guest("", "Intruder") with { Interfaces = [VifOptions.Parse("lan")] }]);
            Assert.True(alone.Exits.Count > 500);
            Assert.Equal(alone.Exits, beside.Exits);
            Assert.Equal((alone.Result.Console, alone.Result.Instructions), (beside.Result.Console, beside.Result.Instructions));
            Assert.Equal(alone.Result.Devices, beside.Result.Devices);
            Assert.Equal(alone.Result.Hypercalls, beside.Result.Hypercalls);
        }
        finally
        {
            File.Delete(disk);
        }
    }

    private static Trace TraceOf(string disk, RunRequest[] others)
    {
        var trace = new Trace();
        RunRequest guest = Guest("", "Disk") with { Interfaces = [], Disks = [new DiskOptions(disk, IsReadOnly: false)], Observer = trace, Scheduling = new() { Affinity = 1 } };
        trace.Result = new ParavirtTechnique().RunAll([guest, .. others.Select(o => o with { Scheduling = new() { Affinity = 2 } })], cpus: 2, () => Schedulers.Make("round-robin"))[0];
        return trace;
    }

    private sealed class Trace : IRunObserver
    {
        public List<string> Exits { get; } = [];

        public RunResult Result { get; set; } = null!;

        public void OnExit(in ExitSlice slice) => Exits.Add($"{slice.Reason} {slice.Rip:x}");

        public void OnHypercall(string name, ulong time) => Exits.Add(name);

        public void OnDelivery(in Delivery delivery) => Exits.Add($"{delivery.Name} {delivery.Handler:x}");
    }

    [Fact]
    public void TwoRuns_AreTheSameInEveryCount()
    {
        var (first, second) = (Run(Guest("serve"), Guest("get")), Run(Guest("serve"), Guest("get")));
        Assert.Equal(first.Select(r => (r.Instructions, r.ModelledCycles)), second.Select(r => (r.Instructions, r.ModelledCycles)));
    }

    /// <summary>One kernel source: an NE2000 where it believes in a machine, rings where it is paravirtual.</summary>
    [Fact]
    public void EveryTechnique_TalksToTheHost()
    {
        foreach (ITechnique technique in TechniqueTable.All.Where(t => t.Name != "paravirt"))
        {
            RunResult result = technique.Run(Guest("echo", mode: "native"));
            Assert.Equal(4, Passes(result));
            Assert.Equal(206, result.Devices["ne2000 packets sent"]);
            Assert.Equal(206, result.Devices["ne2000 packets received"]);
        }
    }

    /// <summary>One declared handler: of an interrupt line natively, of the device's event channel on Xen.</summary>
    [Fact]
    public void EveryTechnique_InterruptsForPackets()
    {
        foreach (ITechnique technique in TechniqueTable.All)
        {
            Assert.Equal(1, Passes(technique.Run(Guest("events", mode: technique.Name == "paravirt" ? "paravirt" : "native"))));
        }
    }

    [Fact]
    public void VirtualInterrupt_IsBoundByItsHandlersAttribute() => Assert.Equal(1, Passes(Run(Guest("virq"))[0]));

    /// <summary>The sample finds the same in every technique.</summary>
    [Fact]
    public void SampleFindsTheSameOnItsNetwork_InEveryTechnique()
    {
        string[] lines = [.. TechniqueTable.All.Select(NetworkLine)];
        Assert.StartsWith("CHECK network 0x", lines[0], StringComparison.Ordinal);
        Assert.Single(lines.Distinct());
    }

    private static string NetworkLine(ITechnique technique)
    {
        RunResult result = technique.Run(new RunRequest(BuildOutput.SampleImage(technique.Name)) { CommandLine = "quick network", Interfaces = [VifOptions.Parse("lan")] });
        Assert.True(result is { Outcome: RunOutcome.ShutDown, ExitCode: 0 }, result.Reason);
        return result.Console.Split('\n').Last(line => line.StartsWith("CHECK network", StringComparison.Ordinal));
    }

    /// <summary>The driver on a card that nobody here wrote: QEMU's, with this test at the other end of its wire.</summary>
    [QemuFact]
    public void Driver_DrivesTheCardOfQemu()
    {
        using var host = new UdpWire();
        ChildProcess.Outcome outcome = ChildProcess.Run(
            InstalledOracles.Qemu,
            [
                "-accel", "tcg", "-cpu", "max", "-m", "64", "-no-reboot", "-display", "none", "-serial", "stdio", "-monitor", "none",
                "-device", "isa-debug-exit,iobase=0xf4,iosize=4", "-kernel", ImagePath("Net", "native"), "-append", "echo",
                "-netdev", host.Netdev, "-device", "ne2k_isa,netdev=wire,iobase=0x300,irq=9,mac=00:16:3e:00:00:01",
            ],
            limit: TimeSpan.FromMinutes(1));
        Assert.Equal(4, outcome.Output.Split("PASS").Length - 1);
        Assert.DoesNotContain("FAIL", outcome.Output, StringComparison.Ordinal);
    }

    private static int Passes(RunResult result)
    {
        Assert.True(result is { Outcome: RunOutcome.ShutDown, ExitCode: 0 }, result.Console + result.Reason);
        Assert.DoesNotContain("FAIL", result.Console, StringComparison.Ordinal);
        return result.Console.Split("PASS").Length - 1;
    }

    private static IReadOnlyList<RunResult> Run(params RunRequest[] guests) => new ParavirtTechnique().RunAll(guests);

    private static RunRequest Guest(string commandLine, string name = "Net", string mode = "paravirt")
    {
        return new RunRequest(KernelImage.Load(File.ReadAllBytes(ImagePath(name, mode)), name))
        {
            CommandLine = commandLine,
            MemoryBytes = 16 << 20,
            MaxInstructions = 200_000_000,
            Interfaces = [VifOptions.Parse("lan")],
        };
    }

    private static string ImagePath(string name, string mode) =>
        Path.Join(BuildOutput.Root, "artifacts", "bin", name, BuildOutput.Configuration.ToLowerInvariant(), $"{name}.{mode}.elf");
}
