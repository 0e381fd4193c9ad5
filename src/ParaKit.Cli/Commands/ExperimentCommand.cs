using System.CommandLine;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit experiment</c>: experiments of the literature, on the simulated machine; each is a command of its own.</summary>
internal sealed class ExperimentCommand : Command, IHasExamples
{
    /// <summary>Makes the command.</summary>
    public ExperimentCommand(Terminal terminal)
        : base("experiment", "Repeat an experiment of the literature on the simulated machine, next to what was published.")
    {
        Subcommands.Add(new IsolationCommand(terminal));
        Subcommands.Add(new MemoryExperimentCommand(terminal));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } = [.. IsolationCommand.CommandLines, .. MemoryExperimentCommand.CommandLines];
}
