using System.Diagnostics;
using ParaKit.Building;
using Spectre.Console;

namespace ParaKit.Cli.Rendering;

/// <summary>Shows on standard error that a build goes on: one live line with the elapsed time on a terminal, plain lines otherwise.</summary>
internal sealed class BuildProgress(Terminal terminal, string title)
{
    private static readonly TimeSpan s_refresh = TimeSpan.FromMilliseconds(250);

    private readonly Stopwatch _watch = new();
    private volatile string? _project;

    /// <summary>Takes a line of the build's output.</summary>
    public void Report(string line)
    {
        if (BuildOutput.BuiltProject(line) is not { } project)
        {
            return;
        }

        _project = project;
        if (!terminal.IsErrorInteractive)
        {
            terminal.Error.WriteLine($"  {line.Trim()}");
        }
    }

    /// <summary>Runs a build and shows its progress; the result is the build's exit code.</summary>
    public async Task<int> ShowAsync(Func<Task<int>> build)
    {
        _watch.Start();
        var exitCode = terminal.IsErrorInteractive
            ? await ShowLiveAsync(build).ConfigureAwait(false)
            : await ShowPlainAsync(build).ConfigureAwait(false);
        if (exitCode == 0)
        {
            terminal.Error.WriteLine(FormattableString.Invariant($"{title}: done in {_watch.Elapsed.TotalSeconds:F1} s"));
        }

        return exitCode;
    }

    private async Task<int> ShowPlainAsync(Func<Task<int>> build)
    {
        terminal.Error.WriteLine($"{title} ...");
        return await build().ConfigureAwait(false);
    }

    private Task<int> ShowLiveAsync(Func<Task<int>> build)
    {
        var console = terminal.CreateConsole(terminal.Error, terminal.IsErrorInteractive);
        return console.Status().StartAsync(Markup.Escape(title), async status =>
        {
            var work = build();
            while (await Task.WhenAny(work, Task.Delay(s_refresh)).ConfigureAwait(false) != work)
            {
                status.Status(Markup.Escape(StatusText()));
            }

            return await work.ConfigureAwait(false);
        });
    }

    private string StatusText()
    {
        var text = FormattableString.Invariant($"{title}: {_watch.Elapsed.TotalSeconds:F0} s");
        return _project is { } project ? $"{text}, {project} is built" : text;
    }
}
