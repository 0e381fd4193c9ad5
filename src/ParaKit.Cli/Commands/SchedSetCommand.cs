using System.CommandLine;
using ParaKit.Cli.Hosting;
using ParaKit.Cli.Rendering;
using ParaKit.Hypervisor.Scheduling;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit sched-set</c>: what domains of a host are entitled to.</summary>
internal sealed class SchedSetCommand : Command, IHasExamples
{
    private const string WithCaps = "credit";

    private static readonly string[] s_withoutWeights = ["round-robin", "fair-share"];

    private readonly Terminal _terminal;
    private readonly HostAccess _access;

    private readonly Option<string> _domain = new("--domain", "-d")
    {
        Description = "Name or number of the domain; without one, all are shown.",
        HelpName = "domain",
    };

    private readonly Option<int?> _weight = new("--weight", "-w")
    {
        Description = $"Its share of the processors relative to others, 1 to {SchedulingParameters.MaximumWeight}; {SchedulingParameters.DefaultWeight} is usual.",
        HelpName = "number",
    };

    private readonly Option<int?> _cap = new("--cap", "-c")
    {
        Description = "The most of a processor that it may use, in percent, even if the rest idles; 0 is no limit. For the scheduler 'credit'.",
        HelpName = "percent",
    };

    /// <summary>Makes the command.</summary>
    public SchedSetCommand(Terminal terminal)
        : base("sched-set", "Show or set the weight and the cap of a host's domains, as 'xl sched-credit'.")
    {
        _terminal = terminal;
        _access = new HostAccess(terminal);
        Options.Add(_domain);
        Options.Add(_weight);
        Options.Add(_cap);
        _access.AddTo(this);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } = ["parakit sched-set", "parakit sched-set -d web -w 512", "parakit sched-set -d 3 -c 50 --json"];

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (domain, weight, cap) = (parsed.GetValue(_domain), parsed.GetValue(_weight), parsed.GetValue(_cap));
        if (weight is null && cap is null)
        {
            return _access.RunAsync(parsed, new ListRequest(domain), DomainTables.Scheduling, cancellation);
        }

        return domain is null
            ? throw new UsageException("--weight and --cap are for one domain: name it with --domain.")
            : SetAsync(parsed, new TuneRequest(domain, weight, cap), cancellation);
    }

    private async Task<int> SetAsync(ParseResult parsed, TuneRequest request, CancellationToken cancellation)
    {
        var host = await _access.AskAsync(parsed, request, cancellation).ConfigureAwait(false);
        _access.Print(parsed, host, null);
        var ignored = request.Weight is not null && s_withoutWeights.Contains(host.Scheduler) ? "weights" : request.Cap is > 0 && host.Scheduler != WithCaps ? "caps" : null;
        if (ignored is not null)
        {
            _terminal.WriteNote($"the host's scheduler, {host.Scheduler}, takes no notice of {ignored}; see 'parakit host --scheduler'.");
        }

        return ExitCodes.Success;
    }
}
