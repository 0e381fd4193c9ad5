using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Network;
using ParaKit.Network;

namespace ParaKit.Hypervisor.Tests.Network;

/// <summary>The switch: whose turn it is, who may, how fast, and what its capture shows.</summary>
public sealed class SwitchTests : IDisposable
{
    private readonly PhysicalMemory _memory = new(4096);
    private readonly VirtualSwitch _switch = new("lan");

    public void Dispose() => _memory.Dispose();

    /// <summary>One interface with much to send does not keep the others from the wire.</summary>
    [Fact]
    public void Interfaces_TakeTurns()
    {
        var receiver = new Sink();
        Add(9, receiver);
        SwitchPort[] ports = [Add(1), Add(2), Add(3)];
        for (var i = 0; i < 30; i++)
        {
            _switch.Send(ports[0], Frame(1, 9), 0);
        }

        foreach (var port in ports[1..])
        {
            for (var i = 0; i < 3; i++)
            {
                _switch.Send(port, Frame((byte)port.Options.Hardware, 9), 0);
            }
        }

        _switch.Serve(ulong.MaxValue);
        Assert.Equal([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 1, 1], receiver.Senders.Take(12));
        Assert.Equal(36, receiver.Senders.Count);
    }

    [Fact]
    public void Wire_TakesTheTimeOfItsBits()
    {
        var receiver = new Sink();
        Add(9, receiver);
        var port = Add(1);
        _switch.Send(port, Frame(1, 9, length: 1000), 500);
        Assert.Equal(500UL + (1024 * 8), _switch.NextDeadline);
        _switch.Serve(500 + (1024 * 8) - 1);
        Assert.Empty(receiver.Senders);
        _switch.Serve(500 + (1024 * 8));
        Assert.Single(receiver.Senders);
        Assert.Null(_switch.NextDeadline);
    }

    [Fact]
    public void Broadcasts_GoToAllOthers_AndPacketsForNobodyNowhere()
    {
        Sink[] sinks = [new(), new(), new()];
        var ports = sinks.Select((sink, i) => Add((byte)(i + 1), sink)).ToArray();
        _switch.Send(ports[0], Frame(1, 0xff), 0);
        _switch.Send(ports[0], Frame(1, 77), 0);
        _switch.Serve(ulong.MaxValue);
        Assert.Equal([0, 1, 1], sinks.Select(sink => sink.Senders.Count));
        Assert.Equal(1, _switch.Unroutable);
    }

    [Fact]
    public void SinkWithoutRoom_DropsAndCounts()
    {
        var full = Add(9, new Sink { HasRoom = false });
        _switch.Send(Add(1), Frame(1, 9), 0);
        _switch.Serve(ulong.MaxValue);
        Assert.Equal((1, 0), (full.Counters.Dropped, full.Counters.Received));
    }

    /// <summary>In any time, no more than the limit, and what waits all arrives in the end.</summary>
    [Fact]
    public void Rate_IsKept()
    {
        const ulong Interval = 1_000_000;
        var receiver = new Sink();
        Add(9, receiver);
        var slow = _switch.Add(new InterfaceOptions(1, 1, [], new RateLimit(5000, Interval)), new Sink());
        var free = Add(2);
        for (var i = 0; i < 40; i++)
        {
            _switch.Send(slow, Frame(1, 9, length: 1000), 0);
            _switch.Send(free, Frame(2, 9, length: 1000), 0);
        }

        _switch.Serve(Interval - 1);
        Assert.Equal(5, receiver.Senders.Count(s => s == 1));
        Assert.Equal(40, receiver.Senders.Count(s => s == 2));
        for (ulong i = 1; i < 8; i++)
        {
            _switch.Serve(((i + 1) * Interval) - 1);
            Assert.Equal((int)Math.Min(40, (i + 1) * 5), receiver.Senders.Count(s => s == 1));
        }
    }

    [Fact]
    public void RateBelowAPacket_StillSendsOneAfterAWhile()
    {
        var receiver = new Sink();
        Add(9, receiver);
        var slow = _switch.Add(new InterfaceOptions(1, 1, [], new RateLimit(100, 1000)), new Sink());
        _switch.Send(slow, Frame(1, 9, length: 1000), 0);
        for (var i = 0; i < 100 && _switch.NextDeadline is { } next; i++)
        {
            _switch.Serve(next);
        }

        Assert.Single(receiver.Senders);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("drop", false)]
    [InlineData("drop out", false)]
    [InlineData("drop in", true)]
    [InlineData("drop udp", false)]
    [InlineData("drop tcp", true)]
    [InlineData("drop arp", true)]
    [InlineData("drop ip", false)]
    [InlineData("drop udp dport 7", false)]
    [InlineData("drop udp dport 8", true)]
    [InlineData("drop sport 5000", false)]
    [InlineData("drop from 10.0.0.0/8", false)]
    [InlineData("drop from 10.0.0.2/31", true)]
    [InlineData("drop to 10.0.0.9", false)]
    [InlineData("drop to 10.0.0.9 tcp", true)]
    [InlineData("drop from 0.0.0.0/0", false)]
    [InlineData("allow udp;drop", true)]
    [InlineData("allow tcp;drop", false)]
    public void FirstRuleThatMatches_Decides(string rules, bool passes)
    {
        var port = _switch.Add(new InterfaceOptions(1, (10u << 24) | 1, [.. rules.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(PacketRule.Parse)], null), new Sink());
        Assert.Equal(passes, port.Passes(Frame(1, 9).Header, isOut: true));
    }

    [Theory]
    [InlineData("forbid", "'allow' nor 'drop'")]
    [InlineData("drop udp dport", "nothing follows 'dport'")]
    [InlineData("drop udp dport 70000", "'70000' is not a port")]
    [InlineData("drop from 10.0.0", "'10.0.0' is not an IPv4 address")]
    [InlineData("drop from 10.0.0.0/33", "'10.0.0.0/33'")]
    [InlineData("drop icmp6", "'icmp6'")]
    public void RuleThatIsNone_IsExplained(string text, string words) =>
        Assert.Contains(words, Assert.Throws<FormatException>(() => PacketRule.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void SpoofedPackets_DoNotPass()
    {
        var port = Add(1);
        Assert.True(port.Passes(Frame(1, 9).Header, isOut: true));
        Assert.False(port.Passes(Frame(2, 9).Header, isOut: true));
        var claimed = Frame(1, 9).Header.ToArray();
        claimed[29] = 2;
        Assert.False(port.Passes(claimed, isOut: true));
        Assert.False(port.Passes(Frame(1, 9).Header[..20], isOut: true));
        Assert.True(port.Passes(Frame(2, 1).Header, isOut: false));
    }

    /// <summary>Any bytes as a header: rules look, and nothing else happens.</summary>
    [Fact]
    public void RandomHeaders_AreLookedAt()
    {
        var random = new Random(2);
        var port = _switch.Add(new InterfaceOptions(1, 1, [PacketRule.Parse("drop udp from 10.0.0.0/8 dport 9")], null), new Sink());
        using var memory = new PhysicalMemory(4096);
        for (var i = 0; i < 50_000; i++)
        {
            var length = random.Next(14, 200);
            random.NextBytes(memory.Span(0, 200));
            memory.Write(12UL, random.Next(2) == 0 ? (ushort)0x0008 : (ushort)0x0608);
            var cut = random.Next(1, length);
            var header = PacketHeader.Copy([new PacketPiece(0, cut), new PacketPiece((ulong)cut, length - cut)], memory, length);
            Assert.InRange(header.Length, 14, Math.Min(length, 128));
            Assert.True(memory.ReadOnlySpan(0, header.Length).SequenceEqual(header));
            port.Passes(header, random.Next(2) == 0);
        }
    }

    [Theory]
    [InlineData("lan", 0x00163e000003UL, 0)]
    [InlineData("bridge=lan,mac=00:16:3e:01:02:03", 0x00163e010203UL, 0)]
    [InlineData("lan,ip=10.1.2.3", 0x00163e010203UL, 0)]
    [InlineData("lan,ip=10.1.2.3,mac=02:00:00:01:02:03", 0x020000010203UL, 0)]
    [InlineData("mac=00:16:3e:01:02:03,bridge=lan,rate=10Mb/s", 0x00163e010203UL, 62_500)]
    [InlineData("lan,rate=1MB/s@20ms", 0x00163e000003UL, 20_000)]
    public void Options_AreRead(string text, ulong hardware, int bytesPerInterval)
    {
        var options = Hypervisor.Techniques.VifOptions.Parse(text);
        Assert.Equal("lan", options.Switch);
        Assert.Equal(hardware, options.Of(3, 0).Hardware);
        Assert.Equal(bytesPerInterval, (int)(options.Rate?.Bytes ?? 0));
    }

    [Theory]
    [InlineData("", "'' is not the name of a switch")]
    [InlineData("mac=00:16:3e:01:02:03", "name of a switch is missing")]
    [InlineData("lan,mac=00:16:3e:01:02", "'00:16:3e:01:02' is not an Ethernet address")]
    [InlineData("lan,mac=01:16:3e:01:02:03", "not an Ethernet address")]
    [InlineData("lan,ip=192.168.0.1", "10.0.0.0/8")]
    [InlineData("lan,ip=10.0.0.0", "10.0.0.0/8")]
    [InlineData("lan,ip=10.0.0.1,mac=00:16:3e:00:00:02", "do not belong together")]
    [InlineData("lan,rate=fast", "'fast' is not a rate")]
    [InlineData("lan,rate=0Mb/s", "'0Mb/s' is not a rate")]
    [InlineData("lan,rate=1b/s@1us", "no byte passes")]
    [InlineData("lan,colour=red", "'colour=red' is not known")]
    [InlineData("lan,rule=perhaps", "'perhaps'")]
    [InlineData("a b", "'a b' is not the name")]
    public void OptionsThatAreNone_AreExplained(string text, string words) =>
        Assert.Contains(words, Assert.Throws<FormatException>(() => Hypervisor.Techniques.VifOptions.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Capture_IsReadBack()
    {
        using var stream = new MemoryStream();
        using (var file = new PcapFile(stream, startSeconds: 1000))
        {
            _switch.Capture = file.Write;
            Add(9);
            var port = Add(1);
            _switch.Send(port, Frame(1, 9, length: 100), 0);
            _switch.Send(port, Frame(1, 9, length: 1514), 3_000_000_000);
            _switch.Serve(ulong.MaxValue);
        }

        byte[] bytes = stream.ToArray();
        Assert.Equal(0xa1b23c4d, BitConverter.ToUInt32(bytes));
        Assert.Equal((24 + 16 + 100) + (16 + 1514), bytes.Length);
        Assert.Equal((1000, (100 + 24) * 8, 100, 100), (BitConverter.ToInt32(bytes, 24), BitConverter.ToInt32(bytes, 28), BitConverter.ToInt32(bytes, 32), BitConverter.ToInt32(bytes, 36)));
        Assert.Equal(Frame(1, 9, length: 100).Header.ToArray(), bytes[40..140]);
        Assert.Equal((1514, 1514), (BitConverter.ToInt32(bytes, 148), BitConverter.ToInt32(bytes, 152)));
    }

    private SwitchPort Add(byte number, Sink? sink = null) => _switch.Add(new InterfaceOptions(number, (10u << 24) | number, [], null), sink ?? new Sink());

    /// <summary>A datagram from port 5000 to port 7.</summary>
    private Packet Frame(byte source, byte destination, int length = 60)
    {
        var frame = new byte[length];
        BigEndian.Write48(frame, 0, destination == 0xff ? EthernetFrame.Broadcast : destination);
        BigEndian.Write48(frame, 6, source);
        BigEndian.Write16(frame, 12, EthernetFrame.Ipv4);
        frame[14] = 0x45;
        frame[23] = Ipv4Packet.Udp;
        BigEndian.Write32(frame, 26, (10u << 24) | source);
        BigEndian.Write32(frame, 30, (10u << 24) | destination);
        BigEndian.Write16(frame, 34, 5000);
        BigEndian.Write16(frame, 36, 7);
        return Packet.OfHost(frame, _memory);
    }

    private sealed class Sink : IPacketSink
    {
        public bool HasRoom { get; init; } = true;

        public List<int> Senders { get; } = [];

        public bool TryReceive(Packet packet, ulong now)
        {
            Senders.Add(packet.Header[11]);
            return HasRoom;
        }
    }
}
