using System.Text;
using ParaKit.Cli.Tests.Auditing;

namespace ParaKit.Cli.Tests.Commands;

public sealed class ConfigTests : IDisposable
{
    private static readonly string s_kernel =
        Path.Join(GuestFolder.RepositoryRoot, "artifacts", "bin", "Guest", GuestFolder.Configuration.ToLowerInvariant(), "Guest.paravirt.elf");

    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task TwoGuests_RunAndAreToldApart()
    {
        Assert.Equal(0, await RunAsync($$"""
            # two
            name = "a"
            kernel = "{{s_kernel}}"
            extra = 'quick'
            name = "b"     # the other
            kernel = "{{s_kernel}}"
            memory = 32
            extra = "quick"
            """));
        Assert.Contains("[a] ParaKit sample kernel, 64 MiB of memory\n", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("[b] ParaKit sample kernel, 32 MiB of memory\n", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("parakit: b: Guest.paravirt.elf, paravirt: shut down with code 0;", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "has no guest")]
    [InlineData("kernel = \"x\"", "(1): 'kernel = \"x\"' is not a setting of a guest")]
    [InlineData("name = \"a\"", "guest 'a' has no kernel")]
    [InlineData("name = a", "(1): a is not a text in quotation marks")]
    [InlineData("name = \"a\"\nvcpu = 2", "(2): 'vcpu' is not known")]
    [InlineData("name = \"a\"\nvcpus = 33", "(2): '33' is not a number from 1 to 32")]
    [InlineData("name = \"a\"\ncpus = \"3-1\"", "(2): \"3-1\" is not a set of processors")]
    [InlineData("name = \"a\"\ncpus = \"0,^0\"", "(2): \"0,^0\" is not a set of processors")]
    [InlineData("name = \"a\"\ncpus = 16", "(2): 16 is not a set of processors")]
    [InlineData("name = \"a\"\nkernel = \"x\"\ncpus = 1", "'a' is pinned to processors that there are not: there is one; see --cpus")]
    [InlineData("name = \"a\"\nwarp = 3600001", "(2): '3600001' is not a number from 0 to 3600000")]
    [InlineData("name = \"a\"\nmemory = lots", "(2): 'lots' is not a number of MiB")]
    [InlineData("name = \"a\"\nmemory = 0", "(2): '0' is not a number of MiB")]
    [InlineData("name = \"a\"\ncpu_weight = 0", "(2): '0' is not a number from 1 to 65535")]
    [InlineData("name = \"a\"\ncap = 101", "(2): '101' is not a number from 0 to 100")]
    [InlineData("name = \"a\"\ndisk = \"x\"", "(2): \"x\" is not a list of texts in brackets")]
    [InlineData("name = \"a\"\ndisk = [ \"x,raw,xvda,q\" ]", "(2): the disk 'x,raw,xvda,q' is not")]
    [InlineData("name = \"a\"\nvif = [ \"lan,mac=1\" ]", "(2): the interface 'lan,mac=1': '1' is not an Ethernet address")]
    [InlineData("name = \"a\"\nvif = [ \"lan,rule=drop tea\" ]", "(2): the interface 'lan,rule=drop tea': 'tea'")]
    [InlineData("name = \"a\"\nkernel = \"no.elf\"", "'a': Could not find file")]
    public async Task Mistakes_AreSaidWithTheirLine(string config, string error)
    {
        Assert.Equal(2, await RunAsync(config));
        Assert.Contains(error, _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Output);
    }

    /// <summary>Two guests on one switch: each asks the host's end, and the file shows the packets of both.</summary>
    [Fact]
    public async Task Interfaces_AreConnected_AndPacketsAreWritten()
    {
        var capture = Path.GetTempFileName();
        try
        {
            Assert.Equal(0, await RunAsync($$"""
                name = "a"
                kernel = "{{s_kernel}}"
                extra = "quick network"
                vif = [ "lan" ]
                name = "b"
                kernel = "{{s_kernel}}"
                extra = "quick network"
                vif = [ "bridge=lan,rate=100Mb/s,rule=allow udp,rule=allow arp,rule=drop" ]
                """, "--pcap", capture));
            Assert.Contains("[a] CHECK network 0x", _cli.Output, StringComparison.Ordinal);
            Assert.Contains("[b] CHECK network 0x", _cli.Output, StringComparison.Ordinal);
            byte[] bytes = await File.ReadAllBytesAsync(capture);
            HashSet<byte> senders = [];
            var packets = 0;
            for (var at = 24; at < bytes.Length; at += 16 + BitConverter.ToInt32(bytes, at + 8))
            {
                senders.Add(bytes[at + 16 + 11]);
                packets++;
            }

            Assert.Equal<byte>([1, 2, 0xfe], senders.Order());
            Assert.Equal(2 * 2 * 130, packets);
        }
        finally
        {
            File.Delete(capture);
        }
    }

    [Theory]
    [InlineData("credit", "50")]
    [InlineData("bvt", "0.5")]
    public async Task SchedulerAndSlice_AreTaken(string scheduler, string slice)
    {
        var config = _cli.Write("guests.cfg", Encoding.UTF8.GetBytes($"name = \"a\"\nkernel = \"{s_kernel}\"\nextra = \"quick\"\ncpu_weight = 512\ncap = 80\nname = \"b\"\nkernel = \"{s_kernel}\"\nextra = \"quick\""));
        Assert.Equal(0, await _cli.RunAsync("run", "--config", config, "--scheduler", scheduler, "--slice", slice));
        Assert.Matches(@"parakit: a: .*, \d+\.\d ?% of the processor\n", _cli.Error);
    }

    [Fact]
    public async Task ProcessorsAndPins_AreTaken()
    {
        var guest = $"kernel = \"{s_kernel}\"\nextra = \"quick\"\nmemory = 32\n";
        var config = _cli.Write("guests.cfg", Encoding.UTF8.GetBytes($"name = \"a\"\n{guest}cpus = \"1-2,^2\"\nname = \"b\"\n{guest}cpus = [ \"all\", \"^1\" ]\nvcpus = 2\nwarp = 50\nwarp_limit = 10\nunwarp = 5"));
        Assert.Equal(0, await _cli.RunAsync("run", "--config", config, "--cpus", "3", "--scheduler", "bvt"));
        Assert.Matches(@"parakit: a: .*, \d+\.\d ?% of a processor\n", _cli.Error);
    }

    [Theory]
    [InlineData("2", 0, "")]
    [InlineData("3", 2, "--host-threads: The guests cannot be divided among 3 host threads: there are 2 guests")]
    [InlineData("0", 2, "--host-threads: The guests cannot be divided among 0 host threads")]
    public async Task HostThreads_AreTakenOrRefused(string threads, int code, string error)
    {
        var guest = $"kernel = \"{s_kernel}\"\nextra = \"quick\"\nmemory = 32\n";
        var config = _cli.Write("guests.cfg", Encoding.UTF8.GetBytes($"name = \"a\"\n{guest}name = \"b\"\n{guest}"));
        Assert.Equal(code, await _cli.RunAsync("run", "--config", config, "--cpus", "2", "--host-threads", threads));
        Assert.Contains(error, _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x.cfg", "--cpus", "0", "a machine has 1 to 16 processors")]
    [InlineData("x.cfg", "--cpus", "17", "a machine has 1 to 16 processors")]
    [InlineData("x.cfg", "--slice", "0", "a slice is up to")]
    [InlineData("x.cfg", "--slice", "NaN", "a slice is up to")]
    [InlineData("x.cfg", "--slice", "10001", "a slice is up to")]
    [InlineData("x.cfg", "--scheduler", "best", "round-robin")]
    public async Task BadSchedulers_AreSaid(string config, string option, string value, string error)
    {
        Assert.Equal(2, await _cli.RunAsync("run", "--config", _cli.Write(config, Encoding.UTF8.GetBytes($"name = \"a\"\nkernel = \"{s_kernel}\"")), option, value));
        Assert.Contains(error, _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--memory", "16M")]
    [InlineData("--disk", "x.img")]
    [InlineData("--command-line", "quick")]
    [InlineData("--configuration", "Debug")]
    [InlineData("--vcpus", "2")]
    [InlineData("--nested", null)]
    [InlineData("--json", null)]
    public async Task WhatTheFileSettles_CannotBeGivenBesides(string option, string? value)
    {
        var config = _cli.Write("x.cfg", Encoding.UTF8.GetBytes($"name = \"a\"\nkernel = \"{s_kernel}\""));
        Assert.Equal(2, await _cli.RunAsync(["run", "--config", config, option, .. value is null ? Array.Empty<string>() : [value]]));
        Assert.Contains($"{option} cannot be given with --config", _cli.Error, StringComparison.Ordinal);
    }

    /// <summary>Two guests that write one disk would destroy each other's data.</summary>
    [Fact]
    public async Task DiskOfTwoGuests_IsRefused_UnlessBothOnlyRead()
    {
        var disk = _cli.Write("disk # 1.img", new byte[4096]);
        Assert.Equal(2, await RunAsync(Two("w")));
        Assert.Contains("disk # 1.img' cannot be used", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync(Two("r")));

        string Two(string access) => string.Join('\n', "ab".Select(name => $"name = \"{name}\"\nkernel = \"{s_kernel}\" # sample\nextra = \"quick\"\ndisk = [ \"{disk},raw,xvda,{access}\" ]"));
    }

    /// <summary>A cap holds for one guest as for several.</summary>
    [Fact]
    public async Task CapOfOneGuest_Holds()
    {
        Assert.Equal(0, await _cli.RunAsync("run", "--config", _cli.Write("x.cfg", Encoding.UTF8.GetBytes($"name = \"a\"\nkernel = \"{s_kernel}\"\nextra = \"quick\"\ncap = 10")), "--scheduler", "credit"));
        Assert.Matches(@"parakit: a: .*, (9|10)\.\d ?% of the processor\n", _cli.Error);
    }

    [Fact]
    public async Task SchedulerOfOneGuest_IsTooMuch()
    {
        Assert.Equal(2, await _cli.RunAsync("run", _cli.Native, "--scheduler", "credit"));
        Assert.Contains("--config", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NeitherGuestNorConfig_IsSaid()
    {
        Assert.Equal(2, await _cli.RunAsync("run"));
        Assert.Contains("--config", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GuestAndConfig_AreTooMuch() => Assert.Equal(2, await _cli.RunAsync("run", _cli.Native, "--config", "x.cfg"));

    private Task<int> RunAsync(string config, params string[] more) => _cli.RunAsync(["run", "--config", _cli.Write("guests.cfg", Encoding.UTF8.GetBytes(config)), .. more]);
}
