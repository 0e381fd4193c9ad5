using System.CommandLine;
using ParaKit.Cli.Hosting;
using ParaKit.Cli.Rendering;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit vcpu-list</c>: the virtual processors of a host's domains.</summary>
internal sealed class VcpuListCommand : Command, IHasExamples
{
    private readonly Argument<string> _domain = HostAccess.Domain();

    /// <summary>Makes the command.</summary>
    public VcpuListCommand(Terminal terminal)
        : base("vcpu-list", "List the virtual processors of a host's domains, as 'xl vcpu-list': where they are, what they do, and where they may run.")
    {
        var access = new HostAccess(terminal);
        _domain.Arity = ArgumentArity.ZeroOrOne;
        Arguments.Add(_domain);
        access.AddTo(this);
        SetAction((parsed, cancellation) => access.RunAsync(parsed, new ListRequest(parsed.GetValue(_domain)), DomainTables.Vcpus, cancellation));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } = ["parakit vcpu-list", "parakit vcpu-list web --json"];
}
