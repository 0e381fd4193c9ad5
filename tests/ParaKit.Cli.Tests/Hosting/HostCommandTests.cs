using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ParaKit.Cli.Tests.Rendering;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.Cli.Tests.Hosting;

/// <summary>A host in a process of its own, with every command that acts on it.</summary>
public sealed class HostCommandTests : IDisposable
{
    private const string Hog = "role=compute until=100000000";

    private readonly CommandLine _cli = new();

    private string Socket => Path.Combine(_cli.Folder, "host.sock");

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("list")]
    [InlineData("vcpu-list")]
    [InlineData("top -b -n 1")]
    [InlineData("create Guest.cfg")]
    [InlineData("pause a")]
    [InlineData("unpause a")]
    [InlineData("destroy a")]
    [InlineData("sched-set -d a -w 1")]
    [InlineData("mem-set a 16")]
    [InlineData("console a")]
    public async Task WithoutAHost_OneLineSaysHowToStartOne(string command)
    {
        Assert.Equal(2, await RunAsync(command.Split(' ')));
        Assert.Equal("parakit: error: No host runs at '{folder}/host.sock'; start one with 'parakit host --socket {folder}/host.sock'.\n", _cli.Error);
        Assert.Empty(_cli.Output);
    }

    /// <summary>The life of a domain, from one command to the next.</summary>
    [Fact]
    public async Task EveryCommand_DoesWhatItSays()
    {
        using var host = await HostProcess.StartAsync(Socket, "--cpus", "2");
        Assert.Equal("Name  ID  Mem  VCPUs  State  Time(s)\n", await OutputAsync("list"));
        await OutputAsync("create", ServedHost.Workload, "--name", "web", "--memory", "8M", "--command-line", Hog, "--paused", "--cpus", "1", "--weight", "300");
        Assert.Matches(@"^Name  ID  Mem  VCPUs  State   Time\(s\)\nweb    1    8      1  --p---      0\.0\n$", await OutputAsync("list"));
        await OutputAsync("unpause", "web");
        Assert.Matches(@"^web +1 +0 +1 +r-- +\d+\.\d +1$", (await OutputAsync("vcpu-list", "web")).Split('\n')[1]);
        Assert.Matches(@"^web +1 +300 +0$", (await OutputAsync("sched-set")).Split('\n')[1]);
        await OutputAsync("sched-set", "-d", "1", "-w", "512", "-c", "50");
        Assert.Matches(@"^web +1 +512 +50$", (await OutputAsync("sched-set", "-d", "web")).Split('\n')[1]);
        await OutputAsync("mem-set", "web", "6144k");
        JsonNode domain = (await JsonAsync(JsonSchema.ForHostReport(), "list", "web", "--json"))["domains"]![0]!;
        Assert.Equal((6 << 20, 8 << 20, 512, 50), ((int)domain["memoryTarget"]!, (int)domain["maximumMemoryBytes"]!, (int)domain["weight"]!, (int)domain["cap"]!));
        await OutputAsync("pause", "1");
        Assert.Contains("--p---", await OutputAsync("list"), StringComparison.Ordinal);
        Assert.Equal("destroyed", (string?)(await JsonAsync(JsonSchema.ForHostReport(), "destroy", "web", "--json"))["domains"]![0]!["status"]);
        Assert.Equal("Name  ID  Mem  VCPUs  State  Time(s)\n", await OutputAsync("list"));
        Assert.Equal(2, await RunAsync("pause", "web"));
        Assert.EndsWith("parakit: error: There is no domain 'web'; there is none.\n", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Top_HasTheColumnsOfXentop()
    {
        using var host = await HostProcess.StartAsync(Socket);
        await OutputAsync("create", ServedHost.Workload, "--name", "hog", "--memory", "8M", "--command-line", Hog);
        string[] lines = (await OutputAsync("top", "--batch", "-n", "2", "-d", "0.3")).TrimEnd().Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Equal(
            "NAME STATE CPU(sec) CPU(%) MEM(k) MEM(%) MAXMEM(k) MAXMEM(%) VCPUS NETS NETTX(k) NETRX(k) VBDS VBD_OO VBD_RD VBD_WR VBD_RSECT VBD_WSECT SSID",
            Regex.Replace(lines[2], " +", " "));
        string[] cells = Regex.Split(lines[3], " +");
        Assert.Equal(["hog", "-----r"], cells[..2]);
        Assert.InRange(double.Parse(cells[3], CultureInfo.InvariantCulture), 90.0, 101.0);
        Assert.Equal("8192", cells[4]);
        JsonNode document = await JsonAsync(JsonSchema.ForTopReport(), "top", "--json", "-n", "2", "-d", "0.1");
        Assert.Equal(2, document["samples"]!.AsArray().Count);
        Assert.InRange((double)document["samples"]![1]!["domains"]![0]!["cpuPercent"]!, 90.0, 101.0);
    }

    [Fact]
    public async Task Config_CreatesItsDomains_OrNone()
    {
        using var host = await HostProcess.StartAsync(Socket);
        var config = _cli.Write("two.cfg", Encoding.UTF8.GetBytes($"""
            name = "one"
            kernel = "{ServedHost.Workload}"
            memory = 8
            extra = "{Hog}"
            vif = [ "lan" ]
            name = "two"
            kernel = "{ServedHost.Workload}"
            memory = 16
            extra = "{Hog}"
            cpu_weight = 77
            vif = [ "lan" ]
            """));
        JsonNode report = await JsonAsync(JsonSchema.ForHostReport(), "create", config, "--json");
        Assert.Equal(["one", "two"], report["domains"]!.AsArray().Select(domain => (string?)domain!["name"]));
        Assert.Equal(77, (int)report["domains"]![1]!["weight"]!);
        Assert.Equal(2, await RunAsync("create", config));
        Assert.EndsWith("parakit: error: There is a domain 'one' already.\n", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(3, (await OutputAsync("list")).TrimEnd().Split('\n').Length);
        Assert.Equal(2, await RunAsync("create", config, "--memory", "8M"));
        Assert.EndsWith("--memory cannot be given with a configuration file: the file has what concerns a domain.\n", _cli.Error, StringComparison.Ordinal);
    }

    /// <summary>What is piped in is typed, what the domain prints comes out, and its exit code is the command's.</summary>
    [Fact]
    public async Task Console_TypesAndPrints_UntilTheDomainEnds()
    {
        using var host = await HostProcess.StartAsync(Socket);
        await OutputAsync("create", ServedHost.Image("Disk"), "--name", "echo", "--command-line", "echo", "--memory", "8M");

        // Ctrl-] leaves it.
        _cli.Input = new MemoryStream("hello \x1dnever typed"u8.ToArray());
        Assert.Equal("what? hello ", await UntilAsync("what? hello ", "console", "echo"));

        // Another time, all of it is there; and a client that is killed takes nothing with it.
        using (var killed = HostProcess.Start(["console", "echo", "--socket", Socket]))
        {
            await killed.StandardInput.WriteAsync("world");
            await killed.StandardInput.FlushAsync();
            var buffer = new char["what? hello world".Length];
            Assert.Equal(buffer.Length, await killed.StandardOutput.ReadBlockAsync(buffer));
            Assert.Equal("what? hello world", new string(buffer));
            killed.Kill();
            await killed.WaitForExitAsync();
        }

        // While the domain does not read, who types waits: nothing is lost.
        var text = new string('x', 50_000) + '.';
        await OutputAsync("pause", "echo");
        using var typist = new CommandLine { Input = new MemoryStream(Encoding.ASCII.GetBytes(text)) };
        Task<int> typing = typist.RunAsync("console", "echo", "--socket", Socket);
        await Task.Delay(200);
        await OutputAsync("unpause", "echo");
        Assert.Equal(0, await typing.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal("what? hello world" + text, typist.Output);
        Assert.EndsWith("parakit: 'echo': shut down with code 0.\n", typist.Error, StringComparison.Ordinal);
        Assert.Contains("---s--", await OutputAsync("list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateWithConsole_EndsAsTheDomainDoes()
    {
        using var host = await HostProcess.StartAsync(Socket, "--pace", "free");
        Assert.Equal(0, await RunAsync("create", ServedHost.Image("Guest"), "--command-line", "quick", "--console"));
        Assert.StartsWith("ParaKit sample kernel, 64 MiB of memory\n", _cli.Output, StringComparison.Ordinal);

        // A kernel that panics.
        Assert.Equal(1, await RunAsync("create", ServedHost.Workload, "--console"));
        Assert.Contains("Domain crashed: ", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Signal_EndsTheDomains_AndTheSocket(string signal)
    {
        var disk = _cli.Write("disk.img", new byte[16 << 20]);
        using var host = await HostProcess.StartAsync(Socket);
        await OutputAsync("create", ServedHost.Image("Guest"), "--name", "log", "--command-line", "quick store=1000000", "--disk", disk);
        using var attached = HostProcess.Start(["console", "log", "--socket", Socket]);
        await UntilPrintedAsync(attached, "STORE committed 3");
        var (exitCode, error) = await host.EndAsync(signal);
        Assert.Equal(0, exitCode);
        Assert.EndsWith("parakit: host: all domains have ended.\n", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Socket) || File.Exists(Socket + ".lock"));
        await attached.StandardOutput.ReadToEndAsync();
        await attached.WaitForExitAsync();
        Assert.Equal(1, attached.ExitCode);
        Assert.EndsWith("parakit: 'log': destroyed.\n", await attached.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        AssertLog(disk, 3);
    }

    /// <summary>Power fails while a domain writes: what it was told is committed is there, and the next host takes the socket over.</summary>
    [Fact]
    public async Task KilledHost_LeavesDisksConsistent_AndNoObstacle()
    {
        var disk = _cli.Write("disk.img", new byte[32 << 20]);
        for (var round = 0; round < 2; round++)
        {
            using var host = await HostProcess.StartAsync(Socket, "--pace", "free");
            await OutputAsync("create", ServedHost.Image("Guest"), "--name", "log", "--command-line", "quick store=1000000", "--disk", disk);
            using var attached = HostProcess.Start(["console", "log", "--socket", Socket]);
            await UntilPrintedAsync(attached, "STORE committed ");
            await Task.Delay(Random.Shared.Next(50));
            host.Kill();
            var printed = await attached.StandardOutput.ReadToEndAsync();
            await attached.WaitForExitAsync();
            Assert.Equal(2, attached.ExitCode);
            Assert.Contains("ended before it answered", await attached.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
            var last = Regex.Matches(printed, @"STORE committed (\d+)\n").Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).LastOrDefault(1);
            AssertLog(disk, last);
        }
    }

    [Theory]
    [InlineData("round-robin", "weights")]
    [InlineData("stride", "caps")]
    public async Task SchedulerThatTakesNoNotice_IsNamed(string scheduler, string what)
    {
        using var host = await HostProcess.StartAsync(Socket, "--scheduler", scheduler);
        await OutputAsync("create", ServedHost.Workload, "--name", "a", "--memory", "8M", "--paused");
        await OutputAsync("sched-set", "-d", "a", "-w", "5", "-c", "50");
        Assert.EndsWith($"parakit: the host's scheduler, {scheduler}, takes no notice of {what}; see 'parakit host --scheduler'.\n", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondHost_IsRefused()
    {
        using var host = await HostProcess.StartAsync(Socket);
        Assert.Equal(2, await RunAsync("host"));
        Assert.Equal("parakit: error: A host runs at '{folder}/host.sock' already; end it, or choose another place with --socket.\n", _cli.Error);
        Assert.Equal("Name  ID  Mem  VCPUs  State  Time(s)\n", await OutputAsync("list"));
    }

    [Theory]
    [InlineData("mem-set a lots", "'lots' is not an amount of memory")]
    [InlineData("mem-set a 99999999999999t", "'99999999999999t' is not an amount of memory")]
    [InlineData("sched-set -w 5", "--weight and --cap are for one domain")]
    [InlineData("top -d 0", "--delay: a delay is 0.05 to 86400 seconds")]
    [InlineData("top -d abc", "--delay: 'abc' is not a number of seconds")]
    [InlineData("top -n 0", "--iterations: at least 1")]
    [InlineData("host --domains 0", "--domains: a host has 1 to 1024 domains")]
    [InlineData("host --cpus 17", "--cpus: a machine has 1 to 16 processors")]
    [InlineData("host --slice 0", "--slice: a slice is up to 10000 ms, and not 0")]
    [InlineData("host --costs nowhere.json", "--costs: ")]
    public async Task Mistakes_AreOneLine(string command, string message)
    {
        Assert.Equal(2, await RunAsync(command.Split(' ')));
        Assert.Contains(message, _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Output);
    }

    /// <summary>A run that looks only at what is on the disk.</summary>
    private static void AssertLog(string disk, int committed)
    {
        var image = KernelImage.Load(File.ReadAllBytes(ServedHost.Image("Guest")), "Guest");
        var text = new ParavirtTechnique().Run(new RunRequest(image) { CommandLine = "quick store=0", Disks = [new DiskOptions(disk, IsReadOnly: true)] }).Console;
        var (found, whole) = (Number("found"), Number("whole"));
        Assert.True(found >= committed && whole == found, $"{committed} were committed, {found} are found, {whole} of them whole.");

        int Number(string word) => int.Parse(Regex.Match(text, $"STORE {word} (\\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static async Task UntilPrintedAsync(Process process, string text)
    {
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)) is { } line && !line.StartsWith(text, StringComparison.Ordinal))
        {
        }
    }

    private Task<int> RunAsync(params string[] arguments) => _cli.RunAsync([.. arguments, "--socket", Socket]);

    /// <summary>What a command that succeeds prints.</summary>
    private async Task<string> OutputAsync(params string[] arguments)
    {
        var before = _cli.Output.Length;
        Assert.True(await RunAsync(arguments) == 0, _cli.Error);
        return _cli.Output[before..];
    }

    /// <summary>Repeats a command until it prints something: a domain takes its time.</summary>
    private async Task<string> UntilAsync(string text, params string[] arguments)
    {
        for (var i = 0; ; i++)
        {
            var output = await OutputAsync(arguments);
            if (output == text || i == 100)
            {
                return output;
            }

            _cli.Input = new MemoryStream([0x1d]);
            await Task.Delay(20);
        }
    }

    private async Task<JsonNode> JsonAsync(JsonSchema schema, params string[] arguments)
    {
        var document = JsonNode.Parse(await OutputAsync(arguments))!;
        Assert.Empty(schema.Problems(document));
        return document;
    }
}
