using System.CommandLine;
using ParaKit.Building;
using ParaKit.Cli.Guests;
using ParaKit.Cli.Rendering;
using ParaKit.Cli.Tracing;
using ParaKit.Hypervisor.Scheduling;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit run</c>: one guest, one technique, the guest's console on standard output.</summary>
internal sealed class RunCommand : Command, IHasExamples
{
    private const double NanosecondsPerMillisecond = 1e6;
    private const double LongestSlice = 10_000;

    private readonly Terminal _terminal;
    private readonly GuestOptions _options = new();
    private readonly TechniqueOption _technique;

    private readonly Option<string> _config = new("--config")
    {
        Description = "Run the paravirtual guests of a file on one machine. xl.cfg's settings name, kernel, memory, extra, disk, vif, vcpus, cpus, cpu_weight and cap, and warp, warp_limit and unwarp for bvt; each name begins a guest.",
        HelpName = "file",
    };

    private readonly Option<string> _scheduler = new("--scheduler")
    {
        Description = $"With --config, who decides whose turn it is. [default: {Schedulers.Names[0]}]",
        HelpName = "name",
    };

    private readonly Option<double> _slice = new("--slice")
    {
        Description = $"With --config, the length of a turn, for bvt its context-switch allowance, in virtual milliseconds. [default: {Schedulers.DefaultSlice / NanosecondsPerMillisecond}]",
        HelpName = "ms",
    };

    private readonly Option<int> _cpus = new("--cpus")
    {
        Description = $"With --config, processors of the machine, 1 to {HostOptions.MaximumCpus}. [default: 1]",
        HelpName = "number",
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
        Options.Add(_scheduler.AcceptOnlyFromAmong([.. Schedulers.Names]));
        Options.Add(_slice);
        Options.Add(_cpus);
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

        if (parsed.GetResult(_scheduler) is not null || parsed.GetResult(_slice) is not null || parsed.GetResult(_cpus) is not null || parsed.GetResult(_hostThreads) is not null || parsed.GetResult(_usage) is not null)
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
            GuestConfig.Load(config), image => _options.Run(parsed, image, cancellation), Cpus(parsed), Scheduler(parsed), parsed.GetResult(_hostThreads) is null ? 1 : parsed.GetValue(_hostThreads), usage, () => _options.OpenCapture(parsed)).ConfigureAwait(false);
    }

    private int Cpus(ParseResult parsed)
    {
        var cpus = parsed.GetResult(_cpus) is null ? 1 : parsed.GetValue(_cpus);
        return cpus is >= 1 and <= HostOptions.MaximumCpus ? cpus : throw new UsageException($"--cpus: a machine has 1 to {HostOptions.MaximumCpus} processors.");
    }

    private Func<IScheduler> Scheduler(ParseResult parsed)
    {
        var slice = parsed.GetResult(_slice) is null ? Schedulers.DefaultSlice : parsed.GetValue(_slice) * NanosecondsPerMillisecond;
        return slice is >= 1 and <= LongestSlice * NanosecondsPerMillisecond
            ? () => Schedulers.Make(parsed.GetValue(_scheduler) ?? Schedulers.Names[0], (ulong)slice)
            : throw new UsageException($"--slice: a slice is up to {LongestSlice} ms, and not 0.");
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
