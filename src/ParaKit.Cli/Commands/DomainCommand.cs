using System.CommandLine;
using ParaKit.Cli.Hosting;

namespace ParaKit.Cli.Commands;

/// <summary>A command that does one thing to one domain of a host, and prints nothing if it is done: <c>parakit pause</c>, <c>unpause</c> and <c>destroy</c>.</summary>
internal sealed class DomainCommand : Command, IHasExamples
{
    private readonly Argument<string> _domain = HostAccess.Domain();

    private DomainCommand(Terminal terminal, string name, string description, Func<string, HostOperation> request)
        : base(name, description)
    {
        var access = new HostAccess(terminal);
        Arguments.Add(_domain);
        access.AddTo(this);
        SetAction((parsed, cancellation) => access.RunAsync(parsed, request(parsed.GetRequiredValue(_domain)), null, cancellation));
        Examples = [$"parakit {name} web", $"parakit {name} 3 --json"];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(Terminal terminal) =>
    [
        new DomainCommand(terminal, "pause", "Stop a domain of a host until 'parakit unpause'; it keeps its memory, and its time goes on.", domain => new PauseRequest(domain)),
        new DomainCommand(terminal, "unpause", "Let a domain of a host go on.", domain => new UnpauseRequest(domain)),
        new DomainCommand(terminal, "destroy", "End a domain of a host at once, as by pulling the plug; or forget one that has ended.", domain => new DestroyRequest(domain)),
    ];
}
