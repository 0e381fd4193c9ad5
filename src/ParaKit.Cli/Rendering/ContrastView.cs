using ParaKit.Hardware.Time;
using Spectre.Console;

namespace ParaKit.Cli.Rendering;

/// <summary>Prints a contrast for people: the console of each run, one table, and whether the runs agree.</summary>
internal sealed class ContrastView(IAnsiConsole console, bool isInteractive)
{
    // Wider than any table: a narrow or unknown terminal must not cut figures off.
    private const int UnlimitedWidth = 10_000;

    /// <summary>Prints what one guest printed, under a heading, and why it ended if it did not shut itself down.</summary>
    public void WriteRun(TechniqueRun run)
    {
        WriteHeading($"{run.Result.Technique}: console of {run.Image.Name}");
        WriteText(run.Result.Console);
        if (run.Result.Reason is { } reason)
        {
            WriteHeading($"{run.Result.Technique}: {RunSummary.Of(run.Result.Outcome)}");
            WriteText(reason);
        }

        foreach (var line in SilentFailureText.Lines(run.Result.SilentFailures))
        {
            WriteText(line);
        }

        console.WriteLine();
    }

    /// <summary>Prints the table and the comparison of the check lines.</summary>
    public void WriteContrast(IReadOnlyList<TechniqueRun> runs, CostProfile costs)
    {
        console.Profile.Width = UnlimitedWidth;
        console.Write(CreateTable(runs));
        WriteText(string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"counted: exact; modelled: cost profile '{costs.Name}', {costs.FrequencyHz / 1e9:0.###} GHz of virtual time; measured: on this machine"));
        WriteText(string.Join('\n', CheckLines.Describe(runs)));
    }

    private Table CreateTable(IReadOnlyList<TechniqueRun> runs)
    {
        var table = new Table { Border = isInteractive ? TableBorder.Rounded : TableBorder.Ascii };
        table.AddColumn(new TableColumn(new Text("Metric")).NoWrap());
        table.AddColumn(new TableColumn(new Text("Figures")).NoWrap());
        foreach (var run in runs)
        {
            table.AddColumn(new TableColumn(new Text(run.Result.Technique)).NoWrap().RightAligned());
        }

        foreach (var row in ContrastMetrics.Of(runs))
        {
            table.AddRow([new Text(row.Name), new Text(row.Kind), .. row.Values.Select(value => new Text(value))]);
        }

        return table;
    }

    private void WriteHeading(string text) => console.WriteLine($"== {text} ==", new Style(decoration: Decoration.Bold));

    // Not through Spectre's layout: it would wrap and interpret what a guest printed.
    private void WriteText(string text)
    {
        var writer = console.Profile.Out.Writer;
        foreach (var line in text.TrimEnd('\r', '\n').Split('\n'))
        {
            writer.Write(line.TrimEnd('\r'));
            writer.Write('\n');
        }
    }
}
