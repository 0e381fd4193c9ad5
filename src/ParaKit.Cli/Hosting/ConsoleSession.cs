using System.Text.Json;
using ParaKit.Hypervisor.Control;

namespace ParaKit.Cli.Hosting;

/// <summary>A client that is attached to a domain's console: what is printed goes to it, what it types to the domain.</summary>
internal sealed class ConsoleSession(HostThread host, LineChannel lines, (DomainSnapshot Domain, ConsoleLog Log) console)
{
    /// <summary>Bytes of the console in a line of the protocol.</summary>
    public const int Chunk = 4096;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Goes on until the domain ends, or the client goes.</summary>
    /// <exception cref="IOException">The client is gone.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var types = TypeAsync(ending.Token);
        var prints = PrintAsync(ending.Token);
        try
        {
            await (await Task.WhenAny(types, prints).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(types, prints).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PrintAsync(CancellationToken cancellation)
    {
        var bytes = new byte[Chunk];
        for (var place = console.Log.Start; ;)
        {
            var (count, next) = await console.Log.ReadAsync(place, bytes, cancellation).ConfigureAwait(false);
            if (count == 0)
            {
                await SendAsync(new HostAnswer { Ended = console.Log.Last }, cancellation).ConfigureAwait(false);
                return;
            }

            await SendAsync(new HostAnswer { Output = bytes[..count], Lost = next - count - place }, cancellation).ConfigureAwait(false);
            place = next;
        }
    }

    /// <summary>Ends when the client does.</summary>
    private async Task TypeAsync(CancellationToken cancellation)
    {
        while (await lines.ReadAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            if (Read(line.Span) is not { } typed)
            {
                return;
            }

            await TypeAsync(typed, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until the domain has room for all.</summary>
    private async Task TypeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (!bytes.IsEmpty)
        {
            var rest = bytes;
            if (await TryTypeAsync(rest).ConfigureAwait(false) is not { } taken)
            {
                // It has ended; what it printed last is on its way.
                await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(false);
                return;
            }

            bytes = bytes[taken..];
            if (!bytes.IsEmpty)
            {
                await Task.Delay(s_pause, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>How much there was room for; null if the domain, or the host, has ended.</summary>
    private async Task<int?> TryTypeAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return await host.InvokeAsync(domains => domains.Type(console.Domain.Id, bytes.Span)).ConfigureAwait(false);
        }
        catch (ControlException)
        {
            return null;
        }
    }

    private static byte[]? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return HostJson.ReadRequest(line) is TypeRequest typed ? typed.Bytes : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Task SendAsync(HostAnswer answer, CancellationToken cancellation) =>
        lines.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer, HostJson.Default.HostAnswer), cancellation);
}
