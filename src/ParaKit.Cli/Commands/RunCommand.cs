using System.CommandLine;
using ParaKit.Building;
using ParaKit.Cli.Guests;
using ParaKit.Cli.Rendering;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit run</c>: one guest, one technique, the guest's console on standard output.</summary>
internal sealed class RunCommand : Command, IHasExamples
{
    private readonly Terminal _terminal;
    private readonly GuestOptions _options = new();
    private readonly TechniqueOption _technique;

    private readonly Option<string> _config = new("--config")
    {
        Description = "Run the paravirtual guests of a file on one machine, by turns. xl.cfg's settings name, kernel, memory, extra and disk; each name begins a guest.",
        HelpName = "file",
    };

    /// <summary>Makes the command.</summary>
    public RunCommand(Terminal terminal, IReadOnlyList<ITechnique> techniques)
        : base("run", "Run a guest kernel; its console is standard output, its exit code is this command's.")
    {
        _terminal = terminal;
        _technique = new TechniqueOption(techniques);
        _technique.AddTo(this);
        _options.AddTo(this, isGuestOptional: true);
        Options.Add(_config);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "parakit run sample-guest --technique paravirt",
        "parakit run sample-guest --technique native --json > native.json",
        "parakit run sample-guest --technique trap --umip",
        "parakit run --config two-guests.cfg",
        "parakit run Guest.paravirt.elf --memory 128M --max-instructions 1000000",
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(_config) is { } config)
        {
            return _options.HasGuest(parsed) || _technique.IsGiven(parsed) || _options.IsJson(parsed)
                ? throw new UsageException("--config: the file names the guests, which are paravirtual; no guest, --technique or --json besides.")
                : await new ConfiguredRun(_terminal).RunAsync(GuestConfig.Load(config), image => _options.Run(parsed, image, cancellation)).ConfigureAwait(false);
        }

        if (!_options.HasGuest(parsed))
        {
            throw new UsageException("Name a guest, or a file with --config.");
        }

        var locator = new GuestLocator(new GuestBuilder(new TerminalListener(_terminal)));
        var images = await locator.LocateAsync(_options.Request(parsed), cancellation).ConfigureAwait(false);
        var technique = _technique.Of(parsed, images);
        var image = images.Load(technique.Name, preferNamed: true);
        using var console = _options.IsJson(parsed) ? null : new ConsoleStream(_terminal.Output);
        var guestRun = _options.Run(parsed, image, cancellation) with { Console = console is null ? null : console.Write };

        var result = await Task.Run(() => technique.Run(guestRun), CancellationToken.None).ConfigureAwait(false);
        console?.Dispose();
        cancellation.ThrowIfCancellationRequested();
        return Report(images.Name, new TechniqueRun(image, result) { Costs = guestRun.Costs }, _options.IsJson(parsed));
    }

    private int Report(string guest, TechniqueRun run, bool asJson)
    {
        if (asJson)
        {
            RunReportJson.Write(RunReport.Of(guest, [run], isContrast: false), _terminal.Output);
        }

        if (run.Result.Reason is { } reason)
        {
            _terminal.Error.WriteLine(reason.TrimEnd());
        }

        foreach (var line in SilentFailureText.Lines(run.Result.SilentFailures))
        {
            _terminal.Error.WriteLine(line);
        }

        _terminal.WriteNote(RunSummary.Line(run));
        return run.Result.Outcome == RunOutcome.ShutDown ? ExitCodes.OfGuest(run.Result.ExitCode) : ExitCodes.GuestFailed;
    }
}
