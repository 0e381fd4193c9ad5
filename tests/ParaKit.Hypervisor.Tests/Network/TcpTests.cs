using ParaKit.Network;

namespace ParaKit.Hypervisor.Tests.Network;

/// <summary>Two stacks with a network between them that loses, doubles, delays and breaks frames.</summary>
public sealed class TcpTests
{
    private const uint First = (10u << 24) | 1;
    private const uint Second = (10u << 24) | 2;
    private const ushort Port = 80;

    [Fact]
    public void RandomTransfers_ArriveWhole_OverALossyNetwork()
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            var random = new Random(seed);
            var network = new LossyNetwork(random, loss: seed % 3 == 0 ? 0 : 0.15);
            Assert.True(network.B.TryListen(Port));
            Assert.True(network.A.TryConnect(Second, Port, 0, out var client));
            byte[] there = new byte[random.Next(60_000)], back = new byte[random.Next(60_000)];
            random.NextBytes(there);
            random.NextBytes(back);
            TcpConnection? server = null;
            var (toServer, toClient) = (new Transfer(there, back.Length), new Transfer(back, there.Length));
            for (var step = 0; step < 200_000 && !(client.State is TcpState.Closed or TcpState.TimeWait && server?.State is TcpState.Closed or TcpState.TimeWait); step++)
            {
                network.Step();
                server ??= network.B.TryAccept(Port, out var accepted) ? accepted : null;
                toServer.Drive(client, random);
                if (server is not null)
                {
                    toClient.Drive(server, random);
                }
            }

            Assert.True(server is { IsBroken: false } && !client.IsBroken, $"seed {seed}: {client.State} {server?.State}");
            Assert.True(toClient.Received.SequenceEqual(there) && toServer.Received.SequenceEqual(back), $"seed {seed}");
            Assert.Equal(0u, network.Delivered == 0 ? 1u : 0u);
        }
    }

    [Fact]
    public void PortWhereNobodyListens_RefusesAtOnce()
    {
        var network = new LossyNetwork(new Random(1), loss: 0);
        network.A.TryConnect(Second, Port, 0, out var client);
        network.Run(10);
        Assert.True(client is { State: TcpState.Closed, IsBroken: true });
    }

    [Fact]
    public void PeerThatDoesNotAnswer_IsGivenUp()
    {
        var network = new LossyNetwork(new Random(1), loss: 1);
        network.A.TryConnect(Second, Port, 0, out var client);
        network.Run(3000);
        Assert.True(client is { State: TcpState.Closed, IsBroken: true });
        Assert.Equal(ulong.MaxValue, network.A.NextDeadline);
    }

    [Fact]
    public void Connections_AreReused_ForEver()
    {
        var network = new LossyNetwork(new Random(1), loss: 0);
        network.B.TryListen(Port);
        for (var i = 0; i < 100; i++)
        {
            Assert.True(network.A.TryConnect(Second, Port, network.Now, out var client), $"round {i}");
            network.Run(6);
            Assert.True(network.B.TryAccept(Port, out var server), $"round {i}");
            client.Close();
            server.Close();
            network.Run(12);
            client.Release();
            server.Release();
        }
    }

    /// <summary>Any bytes as frames: nothing happens but counts, and an honest connection goes on.</summary>
    [Fact]
    public void RandomFrames_BreakNothing()
    {
        var random = new Random(3);
        var network = new LossyNetwork(random, loss: 0);
        network.B.TryListen(Port);
        network.A.TryConnect(Second, Port, 0, out var client);
        network.Run(10);
        byte[] good = network.LastFrame;
        for (var i = 0; i < 100_000; i++)
        {
            var frame = i % 2 == 0 ? new byte[random.Next(100)] : (byte[])good.Clone();
            if (i % 2 == 0)
            {
                random.NextBytes(frame);
            }
            else
            {
                frame[random.Next(12, frame.Length)] ^= (byte)random.Next(1, 256);
            }

            network.A.Receive(frame, network.Now);
            network.B.Receive(frame, network.Now);
        }

        Assert.True(network.A.Malformed + network.B.Malformed > 30_000);
        network.Run(10);
        Assert.Equal(TcpState.Established, client.State);
    }

    /// <summary>One direction of a connection from a side's view, with writes and reads of any size.</summary>
    private sealed class Transfer(byte[] data, int expected)
    {
        private readonly byte[] _buffer = new byte[5000];
        private int _written;
        private bool _isClosed;

        public List<byte> Received { get; } = new(expected);

        public void Drive(TcpConnection connection, Random random)
        {
            var read = random.Next(3) == 0 ? connection.Read(_buffer.AsSpan(0, random.Next(_buffer.Length))) : 0;
            Received.AddRange(_buffer.AsSpan(0, read));
            _written += connection.Write(data.AsSpan(_written, Math.Min(data.Length - _written, random.Next(5000))));
            if (!_isClosed && _written == data.Length && connection.State is TcpState.Established or TcpState.CloseWait && Received.Count == expected)
            {
                connection.Close();
                _isClosed = true;
            }
        }
    }

    private sealed class LossyNetwork
    {
        private const ulong StepNanoseconds = 50_000_000;

        private readonly Random _random;
        private readonly double _loss;
        private readonly List<(byte[] Frame, bool ToB)> _frames = [];

        public LossyNetwork(Random random, double loss)
        {
            (_random, _loss) = (random, loss);
            A = new NetworkStack(1, First, new Sender(this, toB: true), connections: 2, bufferBytes: 4096);
            B = new NetworkStack(2, Second, new Sender(this, toB: false), connections: 2, bufferBytes: 4096);
        }

        public NetworkStack A { get; }

        public NetworkStack B { get; }

        public ulong Now { get; private set; }

        public int Delivered { get; private set; }

        public byte[] LastFrame { get; private set; } = [];

        public void Run(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                Step();
            }
        }

        /// <summary>Delivers some of the frames, and lets time pass.</summary>
        public void Step()
        {
            var now = _frames.ToArray();
            _frames.Clear();
            foreach (var (frame, toB) in now)
            {
                if (_random.NextDouble() < _loss)
                {
                    continue;
                }

                if (_loss > 0 && _random.Next(20) == 0)
                {
                    _frames.Add((frame, toB)); // later, and so out of order
                    continue;
                }

                var copies = _loss > 0 && _random.Next(20) == 0 ? 2 : 1;
                var broken = (byte[])frame.Clone();
                broken[_random.Next(14, frame.Length)] ^= _loss > 0 && _random.Next(50) == 0 ? (byte)1 : (byte)0;
                for (var i = 0; i < copies; i++)
                {
                    (toB ? B : A).Receive(broken, Now);
                    Delivered++;
                }
            }

            Now += _frames.Count == 0 ? StepNanoseconds : 1000;
            A.Poll(Now);
            B.Poll(Now);
        }

        private sealed class Sender(LossyNetwork network, bool toB) : IFrameSender
        {
            public void Send(ReadOnlySpan<byte> frame)
            {
                network.LastFrame = frame.ToArray();
                network._frames.Add((network.LastFrame, toB));
            }
        }
    }
}
