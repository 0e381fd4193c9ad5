using System.Net.Sockets;
using System.Text.Json;
using ParaKit.Hypervisor.Control;

namespace ParaKit.Cli.Hosting;

/// <summary>A connection to a host.</summary>
internal sealed class HostClient : IAsyncDisposable
{
    private readonly string _path;
    private readonly NetworkStream _stream;
    private readonly LineChannel _lines;

    private HostClient(string path, Socket socket)
    {
        _path = path;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _lines = new LineChannel(_stream, LineChannel.LongestAnswer);
    }

    /// <summary>Asks something, and waits for the answer.</summary>
    /// <exception cref="UsageException">No host runs there, it speaks another version, or refuses.</exception>
    public static async Task<HostSnapshot> AskAsync(string path, HostOperation request, CancellationToken cancellation)
    {
        await using var client = await ConnectAsync(path, cancellation).ConfigureAwait(false);
        await client.SendAsync(request, cancellation).ConfigureAwait(false);
        return (await client.ReceiveAsync(cancellation).ConfigureAwait(false)).Host ?? throw client.NotAHost();
    }

    /// <summary>Connects.</summary>
    /// <exception cref="UsageException">No host runs there, or it speaks another version.</exception>
    public static async Task<HostClient> ConnectAsync(string path, CancellationToken cancellation)
    {
        HostSocket.RequireOwnFolder(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(HostSocket.EndPoint(path), cancellation).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new UsageException(exception.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.ConnectionRefused
                ? $"No host runs at '{path}'; start one with 'parakit host{(path == HostSocket.DefaultPath ? "" : $" --socket {path}")}'."
                : $"The host at '{path}' cannot be reached: {exception.Message}");
        }

        var client = new HostClient(path, socket);
        var greeting = await client.ReceiveAsync(cancellation).ConfigureAwait(false);
        return greeting.Version == HostAnswer.CurrentVersion
            ? client
            : throw new UsageException($"The host at '{path}' speaks version {greeting.Version} of the protocol, this program {HostAnswer.CurrentVersion}: use the 'parakit' that it was started with.");
    }

    /// <summary>Sends a request. If the host no longer listens, the next answer says why, or that it has ended.</summary>
    public async Task SendAsync(HostRequest request, CancellationToken cancellation)
    {
        try
        {
            await _lines.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(request, HostJson.Default.HostRequest), cancellation).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // What it said before it went is still to be read.
        }
    }

    /// <summary>Receives an answer that is no refusal.</summary>
    /// <exception cref="UsageException">The host refuses, or has ended.</exception>
    /// <exception cref="HostFailureException">The host has a bug.</exception>
    public async Task<HostAnswer> ReceiveAsync(CancellationToken cancellation)
    {
        try
        {
            var line = await _lines.ReadAsync(cancellation).ConfigureAwait(false) ?? throw Ended();
            var answer = JsonSerializer.Deserialize(line.Span, HostJson.Default.HostAnswer) ?? throw NotAHost();
            return answer.Error is null ? answer
                : answer.IsInternal ? throw new HostFailureException(answer.Error)
                : throw new UsageException(answer.Error);
        }
        catch (IOException)
        {
            throw Ended();
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            throw NotAHost();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private UsageException Ended() => new($"The host at '{_path}' ended before it answered.");

    private UsageException NotAHost() => new($"What listens at '{_path}' is not a host of this version of ParaKit.");
}

/// <summary>The host has met a bug of its own.</summary>
internal sealed class HostFailureException(string message) : Exception(message);
