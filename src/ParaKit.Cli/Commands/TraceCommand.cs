using System.CommandLine;
using ParaKit.Building;
using ParaKit.Cli.Rendering;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Translation;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit trace</c>: one guest, and what happened inside the technique that ran it.</summary>
internal sealed class TraceCommand : Command, IHasExamples
{
    private readonly Terminal _terminal;
    private readonly GuestOptions _options = new();

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
    public TraceCommand(Terminal terminal)
        : base("trace", "Run a guest kernel and show what the technique did.")
    {
        _terminal = terminal;
        Options.Add(_translations);
        Options.Add(_symbol);
        _options.AddTo(this);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "parakit trace sample-guest --translations > blocks.txt",
        "parakit trace Guest.native.elf --translations --symbol pk_trap_common",
        "parakit trace Guest.native.elf --translations --json > blocks.json",
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (!parsed.GetValue(_translations))
        {
            throw new UsageException("Say what to trace: --translations.");
        }

        var technique = new TranslateTechnique();
        var locator = new GuestLocator(new GuestBuilder(new TerminalListener(_terminal)));
        var images = await locator.LocateAsync(_options.Request(parsed), cancellation).ConfigureAwait(false);
        var image = images.Load(technique.Name, preferNamed: true);
        var run = _options.Run(parsed, image, cancellation) with { TraceTranslations = true };
        _terminal.WriteNote($"{image.Name}, {technique.Name}: running");
        var result = await Task.Run(() => technique.Run(run), CancellationToken.None).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        Report(parsed, images.Name, result);
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
}
