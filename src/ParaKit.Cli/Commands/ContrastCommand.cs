using System.CommandLine;
using ParaKit.Building;
using ParaKit.Cli.Rendering;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit contrast</c>: one guest, every technique, one table.</summary>
internal sealed class ContrastCommand : Command, IHasExamples
{
    private readonly Terminal _terminal;
    private readonly IReadOnlyList<ITechnique> _techniques;
    private readonly GuestOptions _options = new();

    /// <summary>Makes the command.</summary>
    public ContrastCommand(Terminal terminal, IReadOnlyList<ITechnique> techniques)
        : base("contrast", "Run a guest kernel by every technique and contrast the runs in one table.")
    {
        _terminal = terminal;
        _techniques = techniques;
        _options.AddTo(this);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "parakit contrast sample-guest",
        "parakit contrast sample-guest/Guest.csproj --configuration Debug --memory 128M",
        "parakit contrast sample-guest --command-line bench --costs pentium4-672    (microbenchmarks, next to published figures)",
        "parakit contrast Guest.native.elf --json    (finds Guest.paravirt.elf beside it)",
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var locator = new GuestLocator(new GuestBuilder(new TerminalListener(_terminal)));
        var images = await locator.LocateAsync(_options.Request(parsed), cancellation).ConfigureAwait(false);
        images.RequireKnownKind();
        (ITechnique Technique, KernelImage Image)[] plan =
            [.. _techniques.Select(technique => (technique, images.Load(technique.Name, preferNamed: false)))];
        List<TechniqueRun> runs = [];
        using var writer = new StreamWriter(_terminal.Output, leaveOpen: true) { NewLine = "\n", AutoFlush = true };
        var view = new ContrastView(_terminal.CreateConsole(writer, _terminal.IsOutputInteractive && _terminal.UseColor), _terminal.IsOutputInteractive);
        foreach (var (technique, image) in plan)
        {
            var guestRun = _options.Run(parsed, image, cancellation);
            var result = await Task.Run(() => technique.Run(guestRun), CancellationToken.None).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            runs.Add(new TechniqueRun(image, result) { Costs = guestRun.Costs });
            if (!_options.IsJson(parsed))
            {
                view.WriteRun(runs[^1]);
            }
        }

        if (_options.IsJson(parsed))
        {
            RunReportJson.Write(RunReport.Of(images.Name, runs, isContrast: true), _terminal.Output);
        }
        else
        {
            view.WriteContrast(runs);
        }

        return runs.TrueForAll(run => run.Succeeded) && CheckLines.AreEqual(runs) ? ExitCodes.Success : ExitCodes.GuestFailed;
    }
}
