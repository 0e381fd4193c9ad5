using System.CommandLine;
using ParaKit.Cli.Hosting;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit console</c>: what a domain of a host prints, and what is typed for it.</summary>
internal sealed class ConsoleCommand : Command, IHasExamples
{
    private readonly Argument<string> _domain = HostAccess.Domain();

    /// <summary>Makes the command.</summary>
    public ConsoleCommand(Terminal terminal)
        : base("console", "Attach to the console of a domain: prints what it has printed last and prints from now on, and sends what is typed, or piped in. Ctrl-] leaves the console; the exit code of a domain that ends is this command's.")
    {
        var access = new HostAccess(terminal);
        Arguments.Add(_domain);
        access.AddTo(this, hasJson: false);
        SetAction((parsed, cancellation) => new ConsoleClient(terminal).RunAsync(access.Path(parsed), parsed.GetRequiredValue(_domain), cancellation));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "parakit console web",
        "parakit console web < commands.txt",
        "printf 'status\\n\\035' | parakit console web    (types a line, and leaves by Ctrl-])",
    ];
}
