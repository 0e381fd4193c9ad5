using System.CommandLine;
using ParaKit.Hypervisor.Scheduling;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Commands;

/// <summary>The options of a machine that several guests share: its processors, and who decides whose turn it is.</summary>
internal sealed class MachineOptions
{
    private const double NanosecondsPerMillisecond = 1e6;
    private const double LongestSlice = 10_000;

    private readonly string _usualScheduler;
    private readonly Option<string> _scheduler;
    private readonly Option<double> _slice;
    private readonly Option<int> _cpus;

    /// <summary>Makes them.</summary>
    /// <param name="when">When they are of use: the beginning of a sentence, with a comma, or nothing.</param>
    /// <param name="usualScheduler">The scheduler, unless one is named; null for the library's.</param>
    public MachineOptions(string when = "", string? usualScheduler = null)
    {
        _usualScheduler = usualScheduler ?? Schedulers.Names[0];
        _scheduler = new Option<string>("--scheduler") { Description = Sentence($"who decides whose turn it is. [default: {_usualScheduler}]"), HelpName = "name" };
        _slice = new Option<double>("--slice")
        {
            Description = Sentence($"the length of a turn, for bvt its context-switch allowance, in virtual milliseconds. [default: {Schedulers.DefaultSlice / NanosecondsPerMillisecond}]"),
            HelpName = "ms",
        };
        _cpus = new Option<int>("--cpus") { Description = Sentence($"processors of the machine, 1 to {HostOptions.MaximumCpus}. [default: 1]"), HelpName = "number" };

        string Sentence(string text) => when.Length > 0 ? $"{when} {text}" : char.ToUpperInvariant(text[0]) + text[1..];
    }

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_scheduler.AcceptOnlyFromAmong([.. Schedulers.Names]));
        command.Options.Add(_slice);
        command.Options.Add(_cpus);
    }

    /// <summary>Whether one was given.</summary>
    public bool AreGiven(ParseResult parsed) => new Option[] { _scheduler, _slice, _cpus }.Any(option => parsed.GetResult(option) is not null);

    /// <summary>How many processors.</summary>
    /// <exception cref="UsageException">A machine cannot have so many.</exception>
    public int Cpus(ParseResult parsed)
    {
        var cpus = parsed.GetResult(_cpus) is null ? 1 : parsed.GetValue(_cpus);
        return cpus is >= 1 and <= HostOptions.MaximumCpus ? cpus : throw new UsageException($"--cpus: a machine has 1 to {HostOptions.MaximumCpus} processors.");
    }

    /// <summary>The scheduler's name.</summary>
    public string SchedulerName(ParseResult parsed) => parsed.GetValue(_scheduler) ?? _usualScheduler;

    /// <summary>What makes the scheduler of a processor.</summary>
    /// <exception cref="UsageException">The slice is too long, or none.</exception>
    public Func<IScheduler> Scheduler(ParseResult parsed)
    {
        var slice = parsed.GetResult(_slice) is null ? Schedulers.DefaultSlice : parsed.GetValue(_slice) * NanosecondsPerMillisecond;
        return slice is >= 1 and <= LongestSlice * NanosecondsPerMillisecond
            ? () => Schedulers.Make(SchedulerName(parsed), (ulong)slice)
            : throw new UsageException($"--slice: a slice is up to {LongestSlice} ms, and not 0.");
    }
}
