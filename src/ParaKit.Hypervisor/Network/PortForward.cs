using System.Net;
using System.Net.Sockets;
using ParaKit.Hypervisor.Backends;
using ParaKit.Network;

namespace ParaKit.Hypervisor.Network;

/// <summary>
/// Connections to a port of this computer, on the loopback interface only, as connections to a guest. While it is there virtual time passes no faster than real time when
/// guests wait, and what guests see depends on when others connect: runs do not repeat.
/// </summary>
internal sealed class PortForward : IBackend, IDisposable
{
    private const ulong PollNanoseconds = 1_000_000;

    private readonly HostEnd _host;
    private readonly uint _address;
    private readonly ushort _port;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
    private readonly List<ForwardedConnection> _connections = [];
    private ulong _next;

    /// <summary>Listens.</summary>
    /// <param name="host">The end of the switch from which connections are made.</param>
    /// <param name="localPort">Port of this computer; 0 for any.</param>
    /// <param name="address">The guest's address.</param>
    /// <param name="port">Its port.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public PortForward(HostEnd host, ushort localPort, uint address, ushort port)
    {
        (_host, _address, _port) = (host, address, port);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, localPort));
        _listener.Listen();
    }

    /// <summary>The port of this computer.</summary>
    public int LocalPort => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <inheritdoc/>
    public ulong? NextDeadline => _next;

    /// <inheritdoc/>
    public void Serve(ulong now)
    {
        if (now < _next)
        {
            return;
        }

        _next = now + PollNanoseconds;
        var isIdle = !TryAccept(now);
        foreach (var connection in _connections)
        {
            isIdle &= !connection.Move();
        }

        _connections.RemoveAll(connection => connection.IsDone);
        if (isIdle)
        {
            Thread.Sleep(1);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connections.ForEach(connection => connection.Dispose());
        _listener.Dispose();
    }

    private bool TryAccept(ulong now)
    {
        if (!_listener.Poll(0, SelectMode.SelectRead) || !_host.Stack.TryConnect(_address, _port, now, out var connection))
        {
            return false;
        }

        var socket = _listener.Accept();
        socket.Blocking = false;
        _connections.Add(new ForwardedConnection(socket, connection));
        return true;
    }
}

/// <summary>Bytes between a socket of this computer and a connection to a guest, in both directions, as there is room.</summary>
internal sealed class ForwardedConnection(Socket socket, TcpConnection connection) : IDisposable
{
    private readonly byte[] _buffer = new byte[4096];
    private int _start;
    private int _count;
    private bool _isSocketDone;
    private bool _isGuestDone;

    /// <summary>Whether both sides have ended, or one has broken off.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Moves what can be; false if nothing could.</summary>
    public bool Move()
    {
        try
        {
            var hasMoved = ToGuest() | FromGuest();
            if (connection.IsBroken || (_isSocketDone && _isGuestDone))
            {
                Dispose();
            }

            return hasMoved;
        }
        catch (SocketException)
        {
            Dispose();
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        IsDone = true;
        connection.Release();
        socket.Dispose();
    }

    private bool ToGuest()
    {
        if (_isSocketDone || connection.Room == 0 || !socket.Poll(0, SelectMode.SelectRead))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[Math.Min(connection.Room, 4096)];
        var count = socket.Receive(bytes);
        if (count == 0)
        {
            _isSocketDone = true;
            connection.Close();
        }

        connection.Write(bytes[..count]);
        return true;
    }

    private bool FromGuest()
    {
        if (_count == 0)
        {
            (_start, _count) = (0, connection.Read(_buffer));
        }

        if (_count > 0 && socket.Poll(0, SelectMode.SelectWrite))
        {
            var sent = socket.Send(_buffer.AsSpan(_start, _count));
            (_start, _count) = (_start + sent, _count - sent);
            return true;
        }

        if (!_isGuestDone && _count == 0 && connection.IsAtEnd)
        {
            _isGuestDone = true;
            socket.Shutdown(SocketShutdown.Send);
            return true;
        }

        return false;
    }
}
