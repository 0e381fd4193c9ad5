using ParaKit.Hypervisor.Backends;
using ParaKit.Hypervisor.Network;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Tests.Network;

/// <summary>Back ends of network interfaces that die in the middle of their work, and come back.</summary>
public sealed class NetworkDeathTests
{
    private const int Numbers = 100;
    private const int DatagramNumber = 14 + 20 + 8;

    /// <summary>Wherever it dies: every packet that the guest sent is on the wire, at least once, and the guest ends as if nothing had been.</summary>
    [Fact]
    public void BackendThatDies_LosesNoPacketOfItsGuest()
    {
        var count = Send(deaths: []);
        Assert.InRange(count, 300, 3000);
        var random = new Random(1);
        for (var step = 1; step <= count; step += random.Next(1, count / 20))
        {
            Send(deaths: [step]);
        }

        for (var seed = 1; seed <= 10; seed++)
        {
            random = new Random(seed);
            Send(deaths: [.. Enumerable.Range(0, 8).Select(_ => random.Next(1, count))]);
        }
    }

    /// <summary>Packets to a guest whose back end is gone are lost, as on a cable that is pulled out; pages are not: a page of HTTP arrives whole, whichever end it happens to.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Pages_AreNotLost(int dying)
    {
        var (whole, count) = Get(dying, deaths: []);
        Assert.Contains("whole", whole, StringComparison.Ordinal);
        for (var seed = 1; seed <= 8; seed++)
        {
            var random = new Random(seed);
            int[] deaths = [.. Enumerable.Range(0, 6).Select(_ => random.Next(1, count))];
            var (console, _) = Get(dying, deaths);
            Assert.True(whole == console, $"deaths at {string.Join(' ', deaths)}: {console}");
        }
    }

    /// <summary>The interface is taken away: the guest, which waits for an answer, notices and ends its connection some time.</summary>
    [Fact]
    public void InterfaceThatIsTakenAway_LetsTheGuestGoOn()
    {
        Mortal? mortal = null;
        var result = Run(Guest("number", made => mortal = new Mortal(made, [40]) { IsTakenAway = true }))[0];
        Assert.True(result is { Outcome: RunOutcome.ShutDown, Console: "sent\n" }, result.Reason + result.Console);
        Assert.Equal(1, mortal!.Deaths);
    }

    private static int Send(int[] deaths)
    {
        Mortal? mortal = null;
        using var wire = new MemoryStream();
        var result = Run(Guest("number", made => mortal = new Mortal(made, deaths)) with { Capture = wire })[0];
        var where = $"deaths at {string.Join(' ', deaths)}: {result.Reason}{result.Console}";
        Assert.True(result is { Outcome: RunOutcome.ShutDown, Console: "sent\n" }, where);
        Assert.True(mortal!.Deaths == deaths.Distinct().Count(), where);
        Assert.Equal(0, mortal.Backend.InFlight);
        Assert.True(Enumerable.Range(0, Numbers).ToHashSet().SetEquals(NumbersOn(wire.ToArray())), where);
        return mortal.Steps;
    }

    /// <summary>What the datagrams to port 4 say. pcap-savefile(5).</summary>
    private static IEnumerable<int> NumbersOn(byte[] capture)
    {
        const int FileHeader = 24;
        const int PacketHeader = 16;
        for (var at = FileHeader; at < capture.Length;)
        {
            var length = BitConverter.ToInt32(capture, at + 8);
            var packet = capture.AsSpan(at + PacketHeader, length);
            at += PacketHeader + length;
            if (length > DatagramNumber && packet[23] == 17 && packet[36] == 0 && packet[37] == 4)
            {
                yield return packet[DatagramNumber];
            }
        }
    }

    private static (string Console, int Steps) Get(int dying, int[] deaths)
    {
        Mortal? mortal = null;
        Mortal Make(NetworkBackend made) => mortal = new Mortal(made, deaths);
        var results = Run(Guest("serve", dying == 0 ? Make : null), Guest("get", dying == 1 ? Make : null));
        Assert.All(results, result => Assert.True(result.Outcome == RunOutcome.ShutDown, $"deaths at {string.Join(' ', deaths)}: {result.Reason}{result.Console}"));
        Assert.True(deaths.Length == 0 || mortal!.Deaths > 0, "It did not die.");
        return (results[1].Console, mortal!.Steps);
    }

    private static IReadOnlyList<RunResult> Run(params RunRequest[] guests) => new ParavirtTechnique().RunAll(guests);

    private static RunRequest Guest(string commandLine, Func<NetworkBackend, IBackend>? serve) => new(KernelImage.Load(File.ReadAllBytes(BuildOutput.Image("Net", "paravirt")), "Net"))
    {
        CommandLine = commandLine,
        MemoryBytes = 16 << 20,
        MaxInstructions = 400_000_000,
        Interfaces = [VifOptions.Parse("lan") with { Serve = serve }],
    };

    private sealed class DeathException : Exception;

    /// <summary>A back end that dies at some of its steps, and is gone for a while.</summary>
    private sealed class Mortal : IBackend
    {
        private const ulong Absence = 3_000_000;

        private readonly int[] _deaths;
        private ulong? _returns;
        private ulong _now;
        private bool _isServing;

        public Mortal(NetworkBackend backend, int[] deaths)
        {
            (Backend, _deaths) = (backend, deaths);
            backend.Step = Step;
        }

        public NetworkBackend Backend { get; }

        public bool IsTakenAway { get; init; }

        public int Steps { get; private set; }

        public int Deaths { get; private set; }

        public ulong? NextDeadline => _returns ?? Backend.NextDeadline;

        public void Serve(ulong now)
        {
            _now = now;
            if (_returns > now)
            {
                return;
            }

            if (_returns is not null)
            {
                _returns = null;
                Backend.Return();
            }

            try
            {
                _isServing = true;
                Backend.Serve(now);
            }
            catch (DeathException)
            {
                Die();
            }
            finally
            {
                _isServing = false;
            }
        }

        private void Step()
        {
            if (!_deaths.Contains(++Steps))
            {
                return;
            }

            Deaths++;
            if (_isServing)
            {
                throw new DeathException();
            }

            // It was about to deliver a packet, in the switch's time.
            Die();
        }

        private void Die()
        {
            if (IsTakenAway)
            {
                Backend.Step = null;
                Backend.Remove();
                return;
            }

            Backend.Die();
            _returns = _now + Absence;
        }
    }
}
