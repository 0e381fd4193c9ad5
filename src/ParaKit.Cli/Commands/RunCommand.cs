using System.CommandLine;
using ParaKit.Building;
using ParaKit.Cli.Guests;
using ParaKit.Cli.Rendering;
using ParaKit.Cli.Tracing;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit run</c>: one guest, one technique, the guest's console on standard output.</summary>
internal sealed class RunCommand : Command, IHasExamples
{
    private readonly Terminal _terminal;
    private readonly GuestOptions _options = new();
    private readonly MachineOptions _machine = new("With --config,");
    private readonly TechniqueOption _technique;

    private readonly Option<string> _config = new("--config")
    {
        Description = "Run the paravirtual guests of a file on one machine. xl.cfg's settings name, kernel, memory, extra, disk, vif, vcpus, cpus, cpu_weight and cap, and warp, warp_limit and unwarp for bvt; each name begins a guest.",
        HelpName = "file",
    };

    private readonly Option<int> _hostThreads = new("--host-threads")
    {
        Description = "With --config, divide processors and guests among threads of this machine; the guests are then independent of each other. Results are the same. [default: 1]",
        HelpName = "number",
    };

    private readonly Option<string> _usage = new("--usage")
    {
        Description = "With --config, write to this file what each guest used, for 'parakit bill'.",
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
        _options.AddNetworkTo(this);
        Options.Add(_config);
        _machine.AddTo(this);
        Options.Add(_hostThreads);
        Options.Add(_usage);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "parakit run sample-guest --technique paravirt",
        "parakit run sample-guest --technique native --json > native.json",
        "parakit run sample-guest --technique trap --umip",
        "parakit run Guest.native.elf --technique hardware --vcpus 4",
        "parakit run --config two-guests.cfg --scheduler credit",
        "parakit run --config two-guests.cfg --cpus 2 --host-threads 2",
        "parakit run --config two-guests.cfg --pcap packets.pcap",
        "parakit run Guest.paravirt.elf --memory 128M --max-instructions 1000000",
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(_config) is { } config)
        {
            return await RunConfigAsync(parsed, config, cancellation).ConfigureAwait(false);
        }

        if (_machine.AreGiven(parsed) || parsed.GetResult(_hostThreads) is not null || parsed.GetResult(_usage) is not null)
        {
            throw new UsageException("--scheduler, --slice, --cpus, --host-threads and --usage are for the guests of a --config; one guest has the processor for itself.");
        }

        if (!_options.HasGuest(parsed))
        {
            throw new UsageException("Name a guest, or a file with --config.");
        }

        var locator = new GuestLocator(new GuestBuilder(new TerminalListener(_terminal)));
        var images = await locator.LocateAsync(_options.Request(parsed), cancellation).ConfigureAwait(false);
        var technique = _technique.Of(parsed, images);
        _options.RequireParavirtForForwards(parsed, technique.Name);
        var image = images.Load(technique.Name, preferNamed: true);
        using var console = _options.IsJson(parsed) ? null : new ConsoleStream(_terminal.Output);
        var guestRun = _options.Run(parsed, image, cancellation) with { Console = console is null ? null : console.Write, Capture = _options.OpenCapture(parsed) };

        var result = await Task.Run(() => technique.Run(guestRun), CancellationToken.None).ConfigureAwait(false);
        console?.Dispose();
        cancellation.ThrowIfCancellationRequested();
        return Report(images.Name, new TechniqueRun(image, result) { Costs = guestRun.Costs }, _options.IsJson(parsed));
    }

    private async Task<int> RunConfigAsync(ParseResult parsed, string config, CancellationToken cancellation)
    {
        if (_options.HasGuest(parsed) || _technique.IsGiven(parsed))
        {
            throw new UsageException("--config: the file names the guests, which are paravirtual; no guest or --technique besides.");
        }

        if (_options.WhatConfigSettles(parsed) is { } option)
        {
            throw new UsageException($"{option} cannot be given with --config: the file has what concerns a guest.");
        }

        using var usage = parsed.GetValue(_usage) is { } path ? new OutputFile(path) : null;
        return await new ConfiguredRun(_terminal).RunAsync(
            GuestConfig.Load(config), image => _options.Run(parsed, image, cancellation), _machine.Cpus(parsed), _machine.Scheduler(parsed), parsed.GetResult(_hostThreads) is null ? 1 : parsed.GetValue(_hostThreads), usage, () => _options.OpenCapture(parsed)).ConfigureAwait(false);
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
