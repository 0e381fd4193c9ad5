using System.CommandLine;
using ParaKit.Building;
using ParaKit.Building.Showing;
using ParaKit.Cli.Rendering;
using ParaKit.Cli.Showing;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit show</c>: what the paravirtual build made of each call: source, interceptor, machine code.</summary>
internal sealed class ShowCommand : Command, IHasExamples
{
    private readonly Terminal _terminal;

    private readonly Argument<string> _guest = new("guest")
    {
        Description = "A guest project, or a folder with one.",
    };

    private readonly Option<string> _configuration = new("--configuration", "-c")
    {
        Description = $"Configuration in which the guest is built. [default: {GuestOptions.OwnConfiguration}]",
        HelpName = "name",
    };

    private readonly Option<bool> _noBuild = new("--no-build")
    {
        Description = "Use the image of an earlier build.",
    };

    private readonly Option<string> _operation = new("--operation")
    {
        Description = "Only calls of this operation, such as X86.Cli.",
        HelpName = "name",
    };

    private readonly Option<bool> _json = ReportOptions.Json();

    /// <summary>Makes the command.</summary>
    public ShowCommand(Terminal terminal)
        : base("show", "Show each rewritten call of a guest: its source, the interceptor, the machine code.")
    {
        _terminal = terminal;
        Arguments.Add(_guest);
        Option[] options = [_operation, _configuration, _noBuild, _json];
        foreach (var option in options)
        {
            Options.Add(option);
        }

        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "parakit show sample-guest",
        "parakit show sample-guest --operation X86.Cli --no-build",
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var request = new GuestRequest(parsed.GetRequiredValue(_guest))
        {
            Configuration = parsed.GetValue(_configuration) ?? GuestOptions.OwnConfiguration,
            Build = !parsed.GetValue(_noBuild),
        };
        var calls = await new CallReader(_terminal, new GuestBuilder(new TerminalListener(_terminal))).ReadAsync(request, cancellation).ConfigureAwait(false);
        var operation = parsed.GetValue(_operation);
        ShownCall[] shown = [.. calls.Where(call => operation is null || call.Call.Operation == operation)];
        if (shown.Length == 0)
        {
            var known = string.Join(", ", calls.Select(call => call.Call.Operation).Distinct().Order(StringComparer.Ordinal));
            throw new UsageException(calls.Count == 0 ? "No call of this guest is rewritten." : $"No call of '{operation}' is rewritten. Rewritten are: {known}.");
        }

        if (parsed.GetValue(_json))
        {
            ShowDocumentJson.Write(ShowDocument.Of(shown), _terminal.Output);
        }
        else
        {
            using var writer = new StreamWriter(_terminal.Output, leaveOpen: true) { NewLine = "\n" };
            ShowView.Write(shown, writer);
        }

        return ExitCodes.Success;
    }
}
