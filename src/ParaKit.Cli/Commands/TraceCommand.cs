using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ParaKit.Building;
using ParaKit.Cli.Rendering;
using ParaKit.Cli.Tracing;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Translation;
using ParaKit.Image;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit trace</c>: one guest, and what happened inside the technique that ran it.</summary>
internal sealed class TraceCommand : Command, IHasExamples
{
    private const long DefaultMaximumEvents = 1_000_000;

    private readonly Terminal _terminal;
    private readonly TechniqueOption _technique;
    private readonly GuestOptions _options = new();

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Write a timeline of exits, hypercalls, interrupts and faults as Chrome and Perfetto JSON (chrome://tracing, ui.perfetto.dev).",
        HelpName = "file",
    };

    private readonly Option<long> _maximumEvents = new("--max-events")
    {
        Description = $"Events in the timeline at most; the run goes on, and the rest is counted. [default: {DefaultMaximumEvents}]",
        HelpName = "number",
        CustomParser = ParseMaximum,
    };

    private readonly Option<bool> _translations = new("--translations")
    {
        Description = "Show what the binary translator made of the kernel: each block before and after, how often it was entered, its calls of the monitor.",
    };

    private readonly Option<string> _symbol = new("--symbol")
    {
        Description = "Only blocks of the function with this in its name.",
        HelpName = "name",
    };

    /// <summary>Makes the command.</summary>
    public TraceCommand(Terminal terminal, IReadOnlyList<ITechnique> techniques)
        : base("trace", "Run a guest kernel and show what the technique did.")
    {
        _terminal = terminal;
        _technique = new TechniqueOption(techniques);
        Options.Add(_output);
        _technique.AddTo(this);
        Options.Add(_maximumEvents);
        Options.Add(_translations);
        Options.Add(_symbol);
        _options.AddTo(this);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "parakit trace sample-guest --technique hardware -o run.json    (open it in ui.perfetto.dev)",
        "parakit trace sample-guest --translations > blocks.txt",
        "parakit trace Guest.native.elf --translations --symbol pk_trap_common",
        "parakit trace Guest.native.elf --translations --json > blocks.json",
    ];

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var output = parsed.GetValue(_output);
        return (parsed.GetValue(_translations), output) switch
        {
            (true, null) when !_technique.IsGiven(parsed) => TraceTranslationsAsync(parsed, cancellation),
            (true, null) => throw new UsageException("--translations: only 'translate' translates, so it takes no --technique."),
            (false, { } path) => TraceTimelineAsync(parsed, path, cancellation),
            (true, _) => throw new UsageException("Say one of --output and --translations: a timeline, or blocks."),
            _ => throw new UsageException("Say what to trace: --output FILE for a timeline, or --translations."),
        };
    }

    private async Task<int> TraceTimelineAsync(ParseResult parsed, string path, CancellationToken cancellation)
    {
        if (_options.IsJson(parsed))
        {
            throw new UsageException("--json: the timeline is JSON, and goes to the file of --output.");
        }

        using var file = new OutputFile(path);
        var images = await LocateAsync(parsed, cancellation).ConfigureAwait(false);
        var technique = _technique.Of(parsed, images);
        var image = images.Load(technique.Name, preferNamed: true);
        var run = _options.Run(parsed, image, cancellation);
        var maximum = parsed.GetResult(_maximumEvents) is null ? DefaultMaximumEvents : parsed.GetValue(_maximumEvents);
        var (result, events, omitted) = await WriteAsync(file, technique, run, maximum).ConfigureAwait(false);
        file.Complete();
        _terminal.WriteNote(string.Create(CultureInfo.InvariantCulture, $"{path}: {events:N0} events"));
        if (omitted > 0)
        {
            _terminal.WriteNote(string.Create(
                CultureInfo.InvariantCulture, $"warning: {omitted:N0} events were left out; --max-events {events + omitted} would keep them"));
        }

        cancellation.ThrowIfCancellationRequested();
        return Finish(image, result);
    }

    private async Task<(RunResult Result, long Events, long Omitted)> WriteAsync(OutputFile file, ITechnique technique, RunRequest run, long maximum)
    {
        using var trace = new ChromeTrace(file.Stream, technique.Name, run.Image, run.Costs, maximum);
        try
        {
            var result = await ExecuteAsync(technique, run with { Observer = trace }).ConfigureAwait(false);
            trace.Complete((ulong)result.ModelledCycles);
            return (result, trace.Events, trace.Omitted);
        }
        catch (IOException exception)
        {
            throw new UsageException($"Cannot write '{file.Path}': {exception.Message}");
        }
    }

    private async Task<int> TraceTranslationsAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var technique = new TranslateTechnique();
        var images = await LocateAsync(parsed, cancellation).ConfigureAwait(false);
        var image = images.Load(technique.Name, preferNamed: true);
        var result = await ExecuteAsync(technique, _options.Run(parsed, image, cancellation) with { TraceTranslations = true }).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        Report(parsed, images.Name, result);
        return Finish(image, result);
    }

    private Task<GuestImages> LocateAsync(ParseResult parsed, CancellationToken cancellation) =>
        new GuestLocator(new GuestBuilder(new TerminalListener(_terminal))).LocateAsync(_options.Request(parsed), cancellation);

    private async Task<RunResult> ExecuteAsync(ITechnique technique, RunRequest run)
    {
        _terminal.WriteNote($"{run.Image.Name}, {technique.Name}: running");
        return await Task.Run(() => technique.Run(run), CancellationToken.None).ConfigureAwait(false);
    }

    private int Finish(KernelImage image, RunResult result)
    {
        if (result.Reason is { } reason)
        {
            _terminal.Error.WriteLine(reason.TrimEnd());
        }

        _terminal.WriteNote(RunSummary.Line(new TechniqueRun(image, result)));
        return result.Outcome == RunOutcome.ShutDown ? ExitCodes.OfGuest(result.ExitCode) : ExitCodes.GuestFailed;
    }

    private void Report(ParseResult parsed, string guest, RunResult result)
    {
        var symbol = parsed.GetValue(_symbol);
        if (symbol is not null && !result.TranslatedBlocks.Any(b => b.Location.Contains(symbol, StringComparison.Ordinal)))
        {
            throw new UsageException($"--symbol: no function with '{symbol}' in its name was executed, so nothing of it was translated.");
        }

        TranslatedBlock[] blocks = [.. result.TranslatedBlocks.Where(b => symbol is null || b.Location.Contains(symbol, StringComparison.Ordinal))];
        if (_options.IsJson(parsed))
        {
            TraceDocumentJson.Write(TraceDocument.Of(guest, result, blocks), _terminal.Output);
            return;
        }

        using var writer = new StreamWriter(_terminal.Output, leaveOpen: true) { NewLine = "\n" };
        TraceView.Write(result, blocks, writer);
    }

    private static long ParseMaximum(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var maximum) || maximum == 0)
        {
            result.AddError($"--max-events: '{text}' is not a number of events.");
        }

        return maximum;
    }
}
