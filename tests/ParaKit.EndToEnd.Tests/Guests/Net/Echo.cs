using System;
using ParaKit.Guest;
using ParaKit.Network;

/// <summary>Asks the host's end of the network for answers: every byte comes back.</summary>
internal sealed class Echo : IDatagramReceiver
{
    private const ushort OwnPort = 5000;
    private const int Rounds = 200;

    private readonly byte[] _data = new byte[UdpDatagram.MaximumPayload];
    private int _expected;
    private int _right;

    public static void Run(EthernetLink link)
    {
        var echo = new Echo();
        link.Stack.Datagrams = echo;
        for (int i = 0; i < 4; i++)
        {
            uint before = link.Stack.EchoReplies;
            link.Stack.SendEcho(NetworkAddress.Host, 1, (ushort)i, new ReadOnlySpan<byte>(echo._data, 0, 56), EthernetLink.Now);
            while (link.Stack.EchoReplies == before)
            {
                link.Wait();
            }
        }

        Kernel.Report("the host answers pings", true);
        for (int i = 0; i < Rounds; i++)
        {
            echo.Ask(link, i % 3 == 0 ? UdpDatagram.MaximumPayload : i * 7 % 1000);
        }

        Kernel.Report("datagrams come back as they were", echo._right == Rounds);
        Kernel.Report("nothing was malformed", link.Stack.Malformed == 0 && link.Lost == 0);
        link.Stack.TryConnect(NetworkAddress.Host, 4444, EthernetLink.Now, out TcpConnection connection);
        while (connection.State == TcpState.SynSent)
        {
            link.Wait();
        }

        Kernel.Report("a port where nobody listens refuses", connection.IsBroken);
    }

    public void Receive(NetworkStack stack, uint source, ushort sourcePort, ushort port, ReadOnlySpan<byte> data)
    {
        bool isRight = source == NetworkAddress.Host && sourcePort == UdpDatagram.EchoPort && port == OwnPort
            && data.SequenceEqual(new ReadOnlySpan<byte>(_data, 0, _expected));
        _right += isRight ? 1 : 0;
        _expected = -1;
    }

    private void Ask(EthernetLink link, int length)
    {
        for (int i = 0; i < length; i++)
        {
            _data[i] = (byte)((i * 31) + length);
        }

        _expected = length;
        link.Stack.TrySendDatagram(NetworkAddress.Host, OwnPort, UdpDatagram.EchoPort, new ReadOnlySpan<byte>(_data, 0, length), EthernetLink.Now);
        while (_expected >= 0)
        {
            link.Wait();
        }
    }
}
