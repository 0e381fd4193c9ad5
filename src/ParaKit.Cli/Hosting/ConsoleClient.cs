using System.Globalization;
using ParaKit.Cli.Rendering;
using ParaKit.Hypervisor.Control;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Hosting;

/// <summary>
/// This process's terminal as the console of a domain. Bytes go through unchanged in both directions; on a terminal, which is raw meanwhile, a line feed goes to the first column too. When what
/// is piped in ends, the console stays: what the domain answers is still to come.
/// </summary>
internal sealed class ConsoleClient(Terminal terminal)
{
    /// <summary>Ctrl-], as for telnet and xl.</summary>
    private const byte Escape = 0x1d;

    /// <summary>Attaches until the domain ends, or the escape character is typed.</summary>
    /// <param name="path">The host's socket.</param>
    /// <param name="domain">The domain's name or number.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The process's exit code: of the domain, if it ends.</returns>
    public async Task<int> RunAsync(string path, string domain, CancellationToken cancellation)
    {
        await using var client = await HostClient.ConnectAsync(path, cancellation).ConfigureAwait(false);
        await client.SendAsync(new ConsoleRequest(domain), cancellation).ConfigureAwait(false);
        using var raw = terminal.IsInputInteractive ? RawTerminal.TryEnter() : null;
        if (raw is not null)
        {
            terminal.Error.Write("parakit: attached; Ctrl-] leaves the console.\r\n");
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var printing = PrintAsync(client, raw is not null && terminal.IsOutputInteractive, ending.Token);
        var typing = TypeAsync(client, raw?.Input ?? terminal.Input, ending.Token);
        try
        {
            if (await Task.WhenAny(printing, typing).ConfigureAwait(false) == typing)
            {
                await typing.ConfigureAwait(false);
                return ExitCodes.Success;
            }

            return Report(await printing.ConfigureAwait(false), raw);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Prints until the domain has ended.</summary>
    private async Task<DomainSnapshot> PrintAsync(HostClient client, bool isRaw, CancellationToken cancellation)
    {
        while (true)
        {
            var answer = await client.ReceiveAsync(cancellation).ConfigureAwait(false);
            if (answer.Ended is { } domain)
            {
                return domain;
            }

            if (answer.Lost > 0)
            {
                terminal.Error.Write(string.Create(CultureInfo.InvariantCulture, $"parakit: {answer.Lost} bytes were lost: they were printed faster than they were read.{(isRaw ? "\r\n" : "\n")}"));
            }

            Write(answer.Output ?? [], isRaw);
        }
    }

    private void Write(byte[] bytes, bool isRaw)
    {
        if (isRaw)
        {
            foreach (var value in bytes)
            {
                terminal.Output.Write(value == '\n' ? "\r\n"u8 : [value]);
            }
        }
        else
        {
            terminal.Output.Write(bytes);
        }

        terminal.Output.Flush();
    }

    /// <summary>Sends what is typed, until the escape character.</summary>
    private static async Task TypeAsync(HostClient client, Stream input, CancellationToken cancellation)
    {
        var bytes = new byte[ConsoleSession.Chunk];
        while (await ReadAsync(input, bytes).WaitAsync(cancellation).ConfigureAwait(false) is var count && count > 0)
        {
            var escape = bytes.AsSpan(0, count).IndexOf(Escape);
            var typed = bytes[..(escape >= 0 ? escape : count)];
            if (typed.Length > 0)
            {
                await client.SendAsync(new TypeRequest(typed), cancellation).ConfigureAwait(false);
            }

            if (escape >= 0)
            {
                return;
            }
        }

        await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(false);
    }

    /// <summary>On a thread of its own: reads of a terminal cannot be cancelled.</summary>
    private static Task<int> ReadAsync(Stream input, byte[] bytes) => Task.Factory.StartNew(() => input.Read(bytes), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private int Report(DomainSnapshot domain, RawTerminal? raw)
    {
        raw?.Dispose();
        if (domain.Reason is { } reason)
        {
            terminal.Error.WriteLine(reason.TrimEnd());
        }

        terminal.WriteNote($"'{domain.Name}': {DomainWords.End(domain)}.");
        return domain.Status == GuestStatus.ShutDown ? ExitCodes.OfGuest(domain.ExitCode ?? 0) : ExitCodes.GuestFailed;
    }
}
