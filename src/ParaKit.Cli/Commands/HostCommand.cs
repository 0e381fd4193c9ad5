using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using ParaKit.Cli.Hosting;
using ParaKit.Cli.Rendering;
using ParaKit.Hypervisor.Control;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit host</c>: a machine on which domains come and go, as other commands ask for it.</summary>
internal sealed class HostCommand : Command, IHasExamples
{
    /// <summary>How long it may take to end all domains and to write what they wrote to this computer's disks, before the process is ended anyway.</summary>
    public static readonly TimeSpan TimeToEnd = TimeSpan.FromMinutes(1);

    private const ulong DefaultMemoryBytes = 1 << 30;
    private const int DefaultDomains = 32;
    private const int MaximumDomains = 1024;
    private const int NotesKept = 256;

    private readonly Terminal _terminal;
    // Xen's, because weights and caps are to be set while domains run.
    private readonly MachineOptions _machine = new(usualScheduler: "credit");
    private readonly Option<string> _socket = HostAccess.Socket("Where other commands find the host; only this user can connect.");
    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print one JSON document to standard output when the host is ready, and nothing else.",
    };

    private readonly Option<ulong> _memory = new("--memory")
    {
        Description = "Memory of the machine for domains, in bytes, or with K, M or G; it is taken from this computer as domains use it. [default: 1G]",
        HelpName = "size",
        CustomParser = MemorySize.ParseMemory,
    };

    private readonly Option<int> _domains = new("--domains")
    {
        Description = $"How many domains there will be at a time, 1 to {MaximumDomains}: what the hypervisor has memory of its own for. [default: {DefaultDomains}]",
        HelpName = "number",
    };

    private readonly Option<string> _pace = new("--pace")
    {
        Description = "How virtual time passes: 'real', no faster than real time; 'free', as fast as this computer simulates, with idle time skipped. [default: real]",
        HelpName = "pace",
    };

    private readonly Option<string> _costs = GuestOptions.CostsOption();

    /// <summary>Makes the command.</summary>
    public HostCommand(Terminal terminal)
        : base("host", "Run a machine for paravirtual domains until Ctrl-C; other commands create domains on it, list, tune and end them.")
    {
        _terminal = terminal;
        Options.Add(_socket);
        _machine.AddTo(this);
        Options.Add(_memory);
        Options.Add(_domains);
        Options.Add(_pace.AcceptOnlyFromAmong("real", "free"));
        Options.Add(_costs);
        Options.Add(_json);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "parakit host",
        "parakit host --cpus 4 --scheduler bvt --memory 4G",
        "parakit host --socket test.sock --pace free &    (and then: parakit create guest.cfg --socket test.sock)",
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = MachineOf(parsed);
        using var socket = HostSocket.Listen(parsed.GetValue(_socket) ?? HostSocket.DefaultPath);
        using var host = new HostThread(options, _machine.SchedulerName(parsed), parsed.GetValue(_pace) == "free" ? Pace.Free : Pace.Real);
        using var ending = new CancellationTokenSource();
        var notes = Channel.CreateBounded<string>(new BoundedChannelOptions(NotesKept) { FullMode = BoundedChannelFullMode.DropOldest });
        await host.InvokeAsync(domains => domains.Ended = domain => notes.Writer.TryWrite(Describe(domain))).ConfigureAwait(false);
        var server = new HostServer(host, socket).RunAsync(ending.Token);
        var writing = WriteAsync(notes.Reader);
        Announce(parsed, socket.Path, options);
        try
        {
            await Task.WhenAny(Task.Delay(Timeout.Infinite, cancellation), server, host.Completion).ConfigureAwait(false);
        }
        finally
        {
            await Task.Run(host.Dispose, CancellationToken.None).ConfigureAwait(false);
            await ending.CancelAsync().ConfigureAwait(false);
            await server.ConfigureAwait(false);
            notes.Writer.Complete();
            await writing.ConfigureAwait(false);
        }

        return await ReportAsync(host).ConfigureAwait(false);
    }

    private async Task<int> ReportAsync(HostThread host)
    {
        try
        {
            await host.Completion.ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            _terminal.WriteError($"host: what a domain has written to a disk may be lost: {exception.Message}");
            return ExitCodes.GuestFailed;
        }

        _terminal.WriteNote("host: all domains have ended.");
        return ExitCodes.Success;
    }

    private HostOptions MachineOf(ParseResult parsed)
    {
        var domains = parsed.GetResult(_domains) is null ? DefaultDomains : parsed.GetValue(_domains);
        return new HostOptions
        {
            Cpus = _machine.Cpus(parsed),
            Scheduler = _machine.Scheduler(parsed),
            MemoryBytes = parsed.GetResult(_memory) is null ? DefaultMemoryBytes : parsed.GetValue(_memory),
            Domains = domains is >= 1 and <= MaximumDomains ? domains : throw new UsageException($"--domains: a host has 1 to {MaximumDomains} domains."),
            Costs = GuestOptions.ParseCosts(parsed.GetValue(_costs)),
        };
    }

    private void Announce(ParseResult parsed, string path, HostOptions options)
    {
        if (parsed.GetValue(_json))
        {
            var document = new HostAnnouncement(
                1, Path.GetFullPath(path), Environment.ProcessId, options.Cpus, _machine.SchedulerName(parsed), parsed.GetValue(_pace) ?? "real", options.MemoryBytes);
            ReadableJson.Write(_terminal.Output, document, options => new HostAnnouncementJson(options).HostAnnouncement);
        }

        _terminal.WriteNote(string.Create(
            CultureInfo.InvariantCulture,
            $"host: {options.Cpus} processor{(options.Cpus == 1 ? "" : "s")}, {_machine.SchedulerName(parsed)}, {options.MemoryBytes >> 20} MiB of memory, at '{path}'; Ctrl-C ends it."));
    }

    /// <summary>On a thread of its own, because who reads may be slow: then the oldest notes are left out.</summary>
    private async Task WriteAsync(ChannelReader<string> notes)
    {
        await foreach (var note in notes.ReadAllAsync().ConfigureAwait(false))
        {
            await Task.Run(() => _terminal.WriteNote(note)).ConfigureAwait(false);
        }
    }

    private static string Describe(DomainSnapshot domain) => $"domain {domain.Id} '{domain.Name}': {DomainWords.End(domain)}";
}

/// <summary>What <c>parakit host --json</c> prints when it is ready.</summary>
internal sealed record HostAnnouncement(int SchemaVersion, string Socket, int ProcessId, int Cpus, string Scheduler, string Pace, ulong MemoryBytes);

/// <summary>Serialization, generated at compile time.</summary>
[JsonSerializable(typeof(HostAnnouncement))]
internal sealed partial class HostAnnouncementJson : JsonSerializerContext;
