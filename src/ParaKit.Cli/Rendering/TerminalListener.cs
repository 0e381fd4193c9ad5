using ParaKit.Building;

namespace ParaKit.Cli.Rendering;

/// <summary>Shows builds on standard error.</summary>
internal sealed class TerminalListener(Terminal terminal) : IBuildListener
{
    /// <inheritdoc/>
    public Task<int> WatchAsync(string title, Func<Action<string>, Task<int>> build)
    {
        var progress = new BuildProgress(terminal, title);
        return progress.ShowAsync(() => build(progress.Report));
    }

    /// <inheritdoc/>
    public void Report(string line) => terminal.Error.WriteLine(line);
}
