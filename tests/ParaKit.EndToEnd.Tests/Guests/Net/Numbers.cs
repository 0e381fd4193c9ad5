using ParaKit.Guest;
using ParaKit.Network;

/// <summary>Sends 100 numbered datagrams that nobody answers, and ends when all have left.</summary>
internal static class Numbers
{
    private const int Count = 100;
    private const ushort OwnPort = 5001;
    private const ushort Nobody = 4;

    public static void Send(EthernetLink link)
    {
        // An answer to this, which is sent again until it comes, says that what was put before it has left; the first finds the host.
        AwaitRefusal(link);
        var data = new byte[1];
        for (int i = 0; i < Count; i++)
        {
            data[0] = (byte)i;
            if (!link.Stack.TrySendDatagram(NetworkAddress.Host, OwnPort, Nobody, data, EthernetLink.Now))
            {
                Platform.Fail("a datagram cannot be sent");
            }
        }

        AwaitRefusal(link);
        Console.WriteLine(link.Lost == 0 ? "sent" : "lost");
    }

    private static void AwaitRefusal(EthernetLink link)
    {
        link.Stack.TryConnect(NetworkAddress.Host, Nobody, EthernetLink.Now, out TcpConnection connection);
        while (connection.State == TcpState.SynSent)
        {
            link.Wait();
        }

        connection.Release();
    }
}
