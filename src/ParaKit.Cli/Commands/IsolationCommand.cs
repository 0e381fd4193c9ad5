using System.CommandLine;
using ParaKit.Cli.Experiments;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit experiment isolation</c>: many domains, shares, and neighbours that misbehave.</summary>
internal sealed class IsolationCommand : Command, IHasExamples
{
    private const int MostDomains = 512;
    private const int UsualDomains = 128;

    private readonly ExperimentOutput _output;

    private readonly Option<int> _domains = new("--domains")
    {
        Description = $"How many domains compute at once, 2 to {MostDomains}.",
        HelpName = "number",
        DefaultValueFactory = _ => UsualDomains,
    };

    /// <summary>Makes the command.</summary>
    public IsolationCommand(Terminal terminal)
        : base("isolation", "Many domains at once, shares by weight, and neighbours that misbehave: what they cost the others.")
    {
        _output = new ExperimentOutput(terminal);
        _output.AddTo(this);
        Options.Add(_domains);
        SetAction(RunAsync);
    }

    /// <summary>Whole command lines.</summary>
    public static IReadOnlyList<string> CommandLines { get; } =
    [
        "parakit experiment isolation",
        "parakit experiment isolation --html isolation.html",
        "parakit experiment isolation --domains 32 --json",
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples => CommandLines;

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var domains = parsed.GetValue(_domains);
        return domains is >= 2 and <= MostDomains
            ? _output.RunAsync(parsed, progress => new IsolationExperiment(domains, progress, cancellation).Run())
            : throw new UsageException($"--domains: 2 to {MostDomains} domains can be had.");
    }
}
