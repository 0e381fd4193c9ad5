using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json;
using ParaKit.Hypervisor.Control;

namespace ParaKit.Cli.Hosting;

/// <summary>
/// Accepts clients at a socket and does what they ask: one request per connection, or a console. Nothing that a client sends, or does not send or take, keeps the host or other clients from
/// their work: requests have a length and a time, connections a number.
/// </summary>
internal sealed class HostServer(HostThread host, HostSocket socket)
{
    /// <summary>Connections at a time.</summary>
    public const int MaximumConnections = 128;

    /// <summary>Consoles among them.</summary>
    public const int MaximumConsoles = 64;

    private static readonly byte[] s_greeting = JsonSerializer.SerializeToUtf8Bytes(new HostAnswer { Version = HostAnswer.CurrentVersion }, HostJson.Default.HostAnswer);

    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Task, bool> _sessions = new();
    private int _connections;
    private int _consoles;

    /// <summary>In which time a client must have sent its request, and taken the answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Serves until it is cancelled; who is attached to a console then hears of the end of its domain, if it listens.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var ending = new CancellationTokenSource();
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var client = await socket.Listener.AcceptAsync(cancellation).ConfigureAwait(false);
                Begin(client, ending.Token);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (SocketException)
            {
                // As without free file descriptors: clients that go make room.
                await Task.Delay(100, CancellationToken.None).ConfigureAwait(false);
            }
        }

        ending.CancelAfter(s_grace);
        await Task.WhenAll(_sessions.Keys).ConfigureAwait(false);
    }

    private void Begin(Socket client, CancellationToken cancellation)
    {
        var isRefused = Interlocked.Increment(ref _connections) > MaximumConnections;
        var session = Task.Run(() => ServeAsync(client, isRefused, cancellation), CancellationToken.None);
        _sessions[session] = true;
        session.ContinueWith(done => _sessions.TryRemove(done, out _), TaskScheduler.Default);
    }

    private async Task ServeAsync(Socket client, bool isRefused, CancellationToken cancellation)
    {
        await using var stream = new NetworkStream(client, ownsSocket: true);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(isRefused ? TimeSpan.FromSeconds(1) : Patience);
        var lines = new LineChannel(stream, LineChannel.LongestRequest);
        try
        {
            await lines.WriteAsync(s_greeting, limit.Token).ConfigureAwait(false);
            if (isRefused)
            {
                await SendAsync(lines, new HostAnswer { Error = $"The host has {MaximumConnections} clients, and no time for another." }, limit.Token).ConfigureAwait(false);
            }
            else if (await ReadAsync(lines, limit.Token).ConfigureAwait(false) is { } request)
            {
                await AnswerAsync(lines, request, limit, cancellation).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // The client is gone, too slow, or sends what is no line; whatever it is, others go on.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    private static async Task<HostRequest?> ReadAsync(LineChannel lines, CancellationToken cancellation)
    {
        try
        {
            return await lines.ReadAsync(cancellation).ConfigureAwait(false) is { } line ? HostJson.ReadRequest(line.Span) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            await SendAsync(lines, new HostAnswer { Error = "This is no request: " + exception.Message.ReplaceLineEndings(" ") }, cancellation).ConfigureAwait(false);
            return null;
        }
    }

    private async Task AnswerAsync(LineChannel lines, HostRequest request, CancellationTokenSource limit, CancellationToken cancellation)
    {
        if (request is ConsoleRequest console)
        {
            // As long as the client likes.
            limit.CancelAfter(Timeout.InfiniteTimeSpan);
            await AttachAsync(lines, console.Domain, cancellation).ConfigureAwait(false);
            return;
        }

        var answer = await TryAsync(async () => request is HostOperation operation
            ? new HostAnswer { Host = await DoAsync(operation).ConfigureAwait(false) }
            : new HostAnswer { Error = "There is no console to type on." }).ConfigureAwait(false);

        // What it took to do it is not the client's fault.
        limit.CancelAfter(Patience);
        await SendAsync(lines, answer, limit.Token).ConfigureAwait(false);
    }

    private Task<HostSnapshot> DoAsync(HostOperation operation)
    {
        var prepared = operation.Prepare();
        return host.InvokeAsync(prepared.Do);
    }

    private async Task AttachAsync(LineChannel lines, string domain, CancellationToken cancellation)
    {
        try
        {
            if (Interlocked.Increment(ref _consoles) > MaximumConsoles)
            {
                await SendAsync(lines, new HostAnswer { Error = $"{MaximumConsoles} consoles are attached, and there is no room for another." }, cancellation).ConfigureAwait(false);
                return;
            }

            ConsoleSession? session = null;
            var failure = await TryAsync(async () =>
            {
                session = new ConsoleSession(host, lines, await host.InvokeAsync(domains => domains.Console(domain)).ConfigureAwait(false));
                return new HostAnswer();
            }).ConfigureAwait(false);
            await (session?.RunAsync(cancellation) ?? SendAsync(lines, failure, cancellation)).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _consoles);
        }
    }

    /// <summary>Whatever goes wrong becomes an answer.</summary>
    private static async Task<HostAnswer> TryAsync(Func<Task<HostAnswer>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ControlException or UsageException)
        {
            return new HostAnswer { Error = exception.Message };
        }
#pragma warning disable CA1031 // A bug in one request does not end the host.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return new HostAnswer { Error = $"{exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}", IsInternal = true };
        }
    }

    private static Task SendAsync(LineChannel lines, HostAnswer answer, CancellationToken cancellation) =>
        lines.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer, HostJson.Default.HostAnswer), cancellation);
}
