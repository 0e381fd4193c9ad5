using System.CommandLine;
using System.CommandLine.Parsing;
using ParaKit.Building;
using ParaKit.Cli.Rendering;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit run</c>: one guest, one technique, the guest's console on standard output.</summary>
internal sealed class RunCommand : Command, IHasExamples
{
    private readonly Terminal _terminal;
    private readonly IReadOnlyList<ITechnique> _techniques;
    private readonly GuestOptions _options = new();
    private readonly Option<ITechnique?> _technique;

    /// <summary>Makes the command.</summary>
    public RunCommand(Terminal terminal, IReadOnlyList<ITechnique> techniques)
        : base("run", "Run a guest kernel; its console is standard output, its exit code is this command's.")
    {
        _terminal = terminal;
        _techniques = techniques;
        _technique = new Option<ITechnique?>("--technique", "-t")
        {
            Description = $"How to run it: {Names}. [default: what the image is made for, else {ImageKind.Paravirt}]",
            HelpName = string.Join('|', techniques.Select(t => t.Name)),
            CustomParser = ParseTechnique,
        };
        _technique.CompletionSources.Add([.. techniques.Select(t => t.Name)]);
        Options.Add(_technique);
        _options.AddTo(this);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "parakit run sample-guest --technique paravirt",
        "parakit run sample-guest --technique native --json > native.json",
        "parakit run sample-guest --technique trap --umip",
        "parakit run Guest.paravirt.elf --memory 128M --max-instructions 1000000",
    ];

    private string Names => string.Join(", ", _techniques.Select(technique => technique.Name));

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var locator = new GuestLocator(new GuestBuilder(new TerminalListener(_terminal)));
        var images = await locator.LocateAsync(_options.Request(parsed), cancellation).ConfigureAwait(false);
        var technique = parsed.GetValue(_technique) ?? DefaultFor(images);
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

    private ITechnique DefaultFor(GuestImages images)
    {
        var name = images.NamedKind ?? ImageKind.Paravirt;
        return _techniques.FirstOrDefault(technique => technique.Name == name) ?? _techniques[0];
    }

    private ITechnique? ParseTechnique(ArgumentResult result)
    {
        var name = result.Tokens[0].Value;
        var technique = _techniques.FirstOrDefault(t => t.Name == name);
        if (technique is null)
        {
            result.AddError($"'{name}' is not a technique. Known techniques: {Names}.");
        }

        return technique;
    }
}
