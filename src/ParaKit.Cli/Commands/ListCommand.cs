using System.CommandLine;
using ParaKit.Cli.Hosting;
using ParaKit.Cli.Rendering;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit list</c>: the domains of a host.</summary>
internal sealed class ListCommand : Command, IHasExamples
{
    private readonly Argument<string> _domain = HostAccess.Domain();

    /// <summary>Makes the command.</summary>
    public ListCommand(Terminal terminal)
        : base("list", "List the domains of a host, as 'xl list': name, number, memory in MiB, virtual processors, state and processor time.")
    {
        var access = new HostAccess(terminal);
        _domain.Arity = ArgumentArity.ZeroOrOne;
        Arguments.Add(_domain);
        access.AddTo(this);
        SetAction((parsed, cancellation) => access.RunAsync(parsed, new ListRequest(parsed.GetValue(_domain)), DomainTables.List, cancellation));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } = ["parakit list", "parakit list web --json"];
}
