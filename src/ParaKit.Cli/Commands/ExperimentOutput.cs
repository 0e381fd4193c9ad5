using System.CommandLine;
using System.Text;
using ParaKit.Cli.Experiments;
using ParaKit.Cli.Rendering;
using ParaKit.Cli.Tracing;

namespace ParaKit.Cli.Commands;

/// <summary>The options that all experiments have, and how they are written.</summary>
internal sealed class ExperimentOutput(Terminal terminal)
{
    private readonly Option<bool> _json = ReportOptions.Json();

    private readonly Option<string> _html = new("--html")
    {
        Description = "Also write a page that shows the experiment.",
        HelpName = "file",
    };

    /// <summary>Adds the options.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_json);
        command.Options.Add(_html);
    }

    /// <summary>Runs an experiment and writes its report.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="run">The experiment; it hears of progress what is being done.</param>
    /// <returns>The process's exit code.</returns>
    public async Task<int> RunAsync(ParseResult parsed, Func<Action<string>, ExperimentReport> run)
    {
        using var page = parsed.GetValue(_html) is { } path ? new OutputFile(path) : null;
        var report = await Task.Run(() => run(terminal.WriteNote), CancellationToken.None).ConfigureAwait(false);
        if (parsed.GetValue(_json))
        {
            ReadableJson.Write(terminal.Output, ExperimentDocument.Of(report), options => ExperimentJson.With(options).ExperimentDocument);
        }
        else
        {
            using var writer = new StreamWriter(terminal.Output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            ExperimentText.Write(report, writer);
        }

        if (page is not null)
        {
            ExperimentPage.Write(report, page.Stream);
            page.Complete();
            terminal.WriteNote($"{page.Path}: page written");
        }

        return report.IsAsExpected ? ExitCodes.Success : ExitCodes.GuestFailed;
    }
}
