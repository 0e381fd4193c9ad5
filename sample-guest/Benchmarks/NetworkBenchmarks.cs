using System;
using ParaKit.Guest;
using ParaKit.Network;

/// <summary>The first network interface, if there is one: packets to the host's end of the network, which come back as they were.</summary>
internal sealed class NetworkBenchmarks : IDatagramReceiver
{
    private const ushort Port = 5000;
    private const int Rounds = 64;
    private const int HeaderBytes = EthernetFrame.HeaderBytes + Ipv4Packet.HeaderBytes + UdpDatagram.HeaderBytes;
    private const int SmallFrame = 64;

    private readonly EthernetLink _link;
    private readonly byte[] _data = new byte[UdpDatagram.MaximumPayload];
    private Digest _digest = new();
    private bool _hasCome;

    private NetworkBenchmarks(EthernetLink link)
    {
        _link = link;
        link.Stack.Datagrams = this;
    }

    [MaySleep]
    public static unsafe void Run()
    {
        var pages = (void*)PageTable.ToVirtual(Frames.AllocateContiguous(Ethernet.PageCount));
        if (!EthernetLink.TryOpen(pages, connections: 0, bufferBytes: 0, out EthernetLink link))
        {
            return;
        }

        var benchmarks = new NetworkBenchmarks(link);
        benchmarks.Echo(0); // finds the host's address
        benchmarks.Measure("packet echo 64", SmallFrame - HeaderBytes);
        benchmarks.Measure("packet echo 1500", UdpDatagram.MaximumPayload);
        Console.Write("CHECK network ");
        Console.WriteHex(benchmarks._digest.Value);
        Console.Write("\n");
    }

    /// <inheritdoc/>
    public void Receive(NetworkStack stack, uint source, ushort sourcePort, ushort port, ReadOnlySpan<byte> data)
    {
        for (int i = 0; i < data.Length; i += sizeof(ulong))
        {
            _digest.AddWord(data[i]);
        }

        _hasCome = true;
    }

    private void Measure(ReadOnlySpan<char> name, int length)
    {
        ulong start = TimeStamp.Now;
        for (int i = 0; i < Rounds; i++)
        {
            _data[0] = (byte)i;
            Echo(length);
        }

        Microbenchmarks.Report(name, TimeStamp.Now - start, Rounds);
    }

    private void Echo(int length)
    {
        _hasCome = false;
        _link.Stack.TrySendDatagram(NetworkAddress.Host, Port, UdpDatagram.EchoPort, new ReadOnlySpan<byte>(_data, 0, length), EthernetLink.Now);
        while (!_hasCome)
        {
            _link.Wait();
        }
    }
}
