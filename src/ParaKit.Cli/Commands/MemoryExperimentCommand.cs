using System.CommandLine;
using ParaKit.Cli.Experiments;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit experiment memory</c>: less memory than guests believe to have.</summary>
internal sealed class MemoryExperimentCommand : Command, IHasExamples
{
    private readonly ExperimentOutput _output;

    /// <summary>Makes the command.</summary>
    public MemoryExperimentCommand(Terminal terminal)
        : base("memory", "Less memory than guests believe to have: ballooning, paging, page sharing, policies, page tables and clones.")
    {
        _output = new ExperimentOutput(terminal);
        _output.AddTo(this);
        SetAction((parsed, cancellation) => _output.RunAsync(parsed, progress => new MemoryExperiment(progress, cancellation).Run()));
    }

    /// <summary>Whole command lines.</summary>
    public static IReadOnlyList<string> CommandLines { get; } =
    [
        "parakit experiment memory",
        "parakit experiment memory --html memory.html",
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples => CommandLines;
}
