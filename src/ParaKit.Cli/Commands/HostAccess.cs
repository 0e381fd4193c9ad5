using System.CommandLine;
using System.Text;
using ParaKit.Cli.Hosting;
using ParaKit.Cli.Rendering;
using ParaKit.Hypervisor.Control;

namespace ParaKit.Cli.Commands;

/// <summary>How the commands that act on a host reach it, and print what it says.</summary>
internal sealed class HostAccess(Terminal terminal)
{
    private readonly Option<string> _socket = Socket("The host's socket.");
    private readonly Option<bool> _json = ReportOptions.Json();

    /// <summary>The option that names the socket.</summary>
    public static Option<string> Socket(string what) => new("--socket")
    {
        Description = $"{what} [default: {HostSocket.DefaultPath}]",
        HelpName = "path",
    };

    /// <summary>An argument that names a domain.</summary>
    public static Argument<string> Domain() => new("domain")
    {
        Description = "Name or number of a domain.",
    };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="hasJson">Whether it prints what could be a document.</param>
    public void AddTo(Command command, bool hasJson = true)
    {
        command.Options.Add(_socket);
        if (hasJson)
        {
            command.Options.Add(_json);
        }
    }

    /// <summary>Where the host is.</summary>
    public string Path(ParseResult parsed) => parsed.GetValue(_socket) ?? HostSocket.DefaultPath;

    /// <summary>Whether JSON is wanted.</summary>
    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Asks the host something.</summary>
    public Task<HostSnapshot> AskAsync(ParseResult parsed, HostOperation request, CancellationToken cancellation) => HostClient.AskAsync(Path(parsed), request, cancellation);

    /// <summary>Asks the host something, and prints what came of it: as JSON, if that is wanted.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="request">What.</param>
    /// <param name="write">Prints it for people; null for nothing.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The process's exit code.</returns>
    public async Task<int> RunAsync(ParseResult parsed, HostOperation request, Action<HostSnapshot, TextWriter>? write, CancellationToken cancellation)
    {
        Print(parsed, await AskAsync(parsed, request, cancellation).ConfigureAwait(false), write);
        return ExitCodes.Success;
    }

    /// <summary>Prints what a host said.</summary>
    public void Print(ParseResult parsed, HostSnapshot host, Action<HostSnapshot, TextWriter>? write)
    {
        if (IsJson(parsed))
        {
            ReadableJson.Write(terminal.Output, HostDocument.Of(host), options => HostDocumentJson.With(options).HostDocument);
        }
        else if (write is not null)
        {
            using var writer = new StreamWriter(terminal.Output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            write(host, writer);
        }
    }
}
