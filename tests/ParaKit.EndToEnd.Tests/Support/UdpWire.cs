using System.Net;
using System.Net.Sockets;
using ParaKit.Network;

namespace ParaKit.EndToEnd.Tests.Support;

/// <summary>The other end of the wire of a card in QEMU, which sends each frame as a datagram on this host: a host that echoes.</summary>
internal sealed class UdpWire : IFrameSender, IDatagramReceiver, IDisposable
{
    private const ulong Hardware = 0x00163e_fffffe;

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly NetworkStack _stack;
    private readonly int _peer;

    public UdpWire()
    {
        using (var free = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)))
        {
            _peer = ((IPEndPoint)free.Client.LocalEndPoint!).Port;
        }

        _socket.Connect(IPAddress.Loopback, _peer);
        _stack = new NetworkStack(Hardware, NetworkAddress.Host, this, connections: 1, bufferBytes: 2000) { Datagrams = this };
        new Thread(Serve) { IsBackground = true }.Start();
    }

    public string Netdev => $"socket,id=wire,udp=127.0.0.1:{((IPEndPoint)_socket.Client.LocalEndPoint!).Port},localaddr=127.0.0.1:{_peer}";

    public void Send(ReadOnlySpan<byte> frame) => _socket.Send(frame);

    public void Receive(NetworkStack stack, uint source, ushort sourcePort, ushort port, ReadOnlySpan<byte> data) =>
        stack.TrySendDatagram(source, port, sourcePort, data, 0);

    public void Dispose() => _socket.Dispose();

    private void Serve()
    {
        try
        {
            while (true)
            {
                IPEndPoint? from = null;
                _stack.Receive(_socket.Receive(ref from), 0);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
