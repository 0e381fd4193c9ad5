using System.CommandLine;
using ParaKit.Building;
using ParaKit.Cli.Rendering;
using ParaKit.Cli.Reporting;
using ParaKit.Cli.Tracing;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit contrast</c>: one guest, every technique, one table.</summary>
internal sealed class ContrastCommand : Command, IHasExamples
{
    private const string BenchmarkCommandLine = "bench";

    private readonly Terminal _terminal;
    private readonly IReadOnlyList<ITechnique> _techniques;
    private readonly GuestOptions _options = new();

    private readonly Option<string> _html = new("--html")
    {
        Description = $"Write a page that shows the contrast; the kernel's command line is then '{BenchmarkCommandLine}' unless --command-line says another.",
        HelpName = "file",
    };

    /// <summary>Makes the command.</summary>
    public ContrastCommand(Terminal terminal, IReadOnlyList<ITechnique> techniques)
        : base("contrast", "Run a guest kernel by every technique and contrast the runs in one table.")
    {
        _terminal = terminal;
        _techniques = [.. techniques.Where(technique => !technique.IsOfHost)];
        _options.AddTo(this);
        Options.Add(_html);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "parakit contrast sample-guest",
        "parakit contrast sample-guest --html report.html    (a page to read and to show)",
        "parakit contrast sample-guest/Guest.csproj --configuration Debug --memory 128M",
        "parakit contrast sample-guest --command-line \"bench quick\" --disk disk.img,ro --vif lan    (devices: exits and bytes copied per request and packet)",
        "parakit contrast sample-guest --command-line bench --costs pentium4-672    (microbenchmarks, next to published figures)",
        "parakit contrast Guest.native.elf --json    (finds Guest.paravirt.elf beside it)",
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using var page = parsed.GetValue(_html) is { } path ? new OutputFile(path) : null;
        var builder = new GuestBuilder(new TerminalListener(_terminal));
        var images = await new GuestLocator(builder).LocateAsync(_options.Request(parsed), cancellation).ConfigureAwait(false);
        images.RequireKnownKind();
        (ITechnique Technique, KernelImage Image)[] plan =
            [.. _techniques.Select(technique => (technique, images.Load(technique.Name, preferNamed: false)))];
        var source = new SourceReader(_terminal).ReadAsync(_options.Request(parsed), withCalls: page is not null, images.Load(ImageKind.Paravirt, preferNamed: false), cancellation);
        List<RecordedRun> runs = [];
        using var writer = new StreamWriter(_terminal.Output, leaveOpen: true) { NewLine = "\n", AutoFlush = true };
        var view = new ContrastView(_terminal.CreateConsole(writer, _terminal.IsOutputInteractive && _terminal.UseColor), _terminal.IsOutputInteractive);
        foreach (var (technique, image) in plan)
        {
            runs.Add(await RunAsync(technique, Request(parsed, image, cancellation), isRecorded: page is not null).ConfigureAwait(false));
            cancellation.ThrowIfCancellationRequested();
            if (!_options.IsJson(parsed))
            {
                view.WriteRun(runs[^1].Run);
            }
        }

        var report = new ContrastReport(images.Name, Request(parsed, plan[0].Image, cancellation), runs, await source.ConfigureAwait(false));
        Print(report, view, _options.IsJson(parsed));
        Write(report, page);
        return report.Results.All(run => run.Succeeded) && CheckLines.AreEqual(report.Results) ? ExitCodes.Success : ExitCodes.GuestFailed;
    }

    private async Task<RecordedRun> RunAsync(ITechnique technique, RunRequest request, bool isRecorded)
    {
        _terminal.WriteNote($"{request.Image.Name}, {technique.Name}: running");
        var recorder = new RunRecorder();
        var listens = isRecorded || request.Disks.Count + request.Interfaces.Count > 0;
        var run = listens ? request with { Observer = recorder, Console = recorder.OnConsole } : request;
        var result = await Task.Run(() => technique.Run(run), CancellationToken.None).ConfigureAwait(false);
        if (isRecorded && result.Translation.Count > 0)
        {
            result = await WithBlocksAsync(technique, request, result).ConfigureAwait(false);
        }

        return new RecordedRun(
            new TechniqueRun(request.Image, result)
            {
                Costs = request.Costs,
                ExitsPerOperation = recorder.ExitsPerOperation(result.Console),
                OperationsPerSecond = recorder.OperationsPerSecond(result.Console),
            },
            recorder);
    }

    // Blocks that count their entries cost cycles: what is shown of them is of another run.
    private async Task<RunResult> WithBlocksAsync(ITechnique technique, RunRequest request, RunResult result)
    {
        _terminal.WriteNote($"{request.Image.Name}, {technique.Name}: running again to list translations");
        var traced = await Task.Run(() => technique.Run(request with { TraceTranslations = true }), CancellationToken.None).ConfigureAwait(false);
        return result with { TranslatedBlocks = traced.TranslatedBlocks };
    }

    private RunRequest Request(ParseResult parsed, KernelImage image, CancellationToken cancellation)
    {
        var run = _options.Run(parsed, image, cancellation);
        var isDefault = parsed.GetValue(_html) is not null && !_options.HasCommandLine(parsed);
        return isDefault ? run with { CommandLine = BenchmarkCommandLine } : run;
    }

    private void Print(ContrastReport report, ContrastView view, bool isJson)
    {
        if (isJson)
        {
            RunReportJson.Write(RunReport.Of(report.Guest, report.Results, isContrast: true, report.Source?.Cost), _terminal.Output);
        }
        else
        {
            view.WriteContrast(report.Results, report.Source?.Cost);
        }
    }

    private void Write(ContrastReport report, OutputFile? page)
    {
        if (page is not null)
        {
            HtmlReport.Write(report, page.Stream);
            page.Complete();
            _terminal.WriteNote($"{page.Path}: report written");
        }
    }
}
