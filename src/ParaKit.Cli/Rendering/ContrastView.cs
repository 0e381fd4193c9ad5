using System.Globalization;
using ParaKit.Cli.Figures;
using ParaKit.Workspaces.PortCosts;
using Spectre.Console;

namespace ParaKit.Cli.Rendering;

/// <summary>Prints a contrast for people: the console of each run, one table, and whether the runs agree.</summary>
internal sealed class ContrastView(IAnsiConsole console, bool isInteractive)
{
    // Wider than any table: a narrow or unknown terminal must not cut figures off.
    private const int UnlimitedWidth = 10_000;
    private const int QuestionWidth = 24;
    private const int AnswerWidth = 20;

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

    /// <summary>Prints the tables and the comparison of the check lines.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="portCost">Cost of the port; null if there is no source.</param>
    public void WriteContrast(IReadOnlyList<TechniqueRun> runs, PortCost? portCost)
    {
        console.Profile.Width = UnlimitedWidth;
        var costs = runs[0].Costs;
        WriteComparison(runs);
        WriteTable(runs, "Metric", ContrastMetrics.Of(runs));
        if (BenchmarkMetrics.Of(runs) is { Count: > 0 } benchmarks)
        {
            WriteTable(runs, "Cycles per operation", benchmarks);
            WriteShapes(ShapeResult.Of(runs));
        }

        WriteText(string.Create(
            CultureInfo.InvariantCulture,
            $"counted: exact; modelled: cost profile '{costs.Name}', {costs.FrequencyHz / 1e9:0.###} GHz of virtual time; measured: on this machine"));
        WritePortCost(portCost);
        WriteText(string.Join('\n', CheckLines.Describe(runs)));
    }

    private void WritePortCost(PortCost? cost)
    {
        if (cost is not null)
        {
            WriteHeading("cost of the paravirtual port, in lines of code");
            PortCostView.Write(cost, console.Profile.Out.Writer);
        }
    }

    private void WriteComparison(IReadOnlyList<TechniqueRun> runs)
    {
        var table = new Table { Border = isInteractive ? TableBorder.Rounded : TableBorder.Ascii };
        table.AddColumn(new TableColumn(new Text("What was counted says")).Width(QuestionWidth));
        foreach (var run in runs)
        {
            table.AddColumn(new TableColumn(new Text(run.Result.Technique)).Width(AnswerWidth));
        }

        foreach (var row in ComparisonTable.Of(runs))
        {
            table.AddRow([new Text(row.Name), .. row.Values.Select(value => new Text(value))]);
        }

        console.Write(table);
    }

    private void WriteTable(IReadOnlyList<TechniqueRun> runs, string title, IReadOnlyList<MetricRow> rows)
    {
        var table = CreateTable([title, "Figures"], runs.Select(run => run.Result.Technique));
        foreach (var row in rows)
        {
            table.AddRow([new Text(row.Name), new Text(row.Kind), .. row.Values.Select(value => new Text(value))]);
        }

        console.Write(table);
    }

    private void WriteShapes(IReadOnlyList<ShapeResult> shapes)
    {
        if (shapes.Count == 0)
        {
            return;
        }

        var table = CreateTable(["Ratio of cycles per operation"], ["published", "band", "here", ""]);
        foreach (var shape in shapes)
        {
            table.AddRow(
                new Text(shape.Shape.Name), new Text(Number(shape.Shape.Published)), new Text(shape.Shape.Band), new Text(Number(shape.Ratio)),
                new Text(shape.IsInBand ? "" : "outside"));
        }

        console.Write(table);
        WriteText(string.Join('\n', shapes.Where(shape => !shape.IsInBand).Select(
            shape => $"outside: {shape.Shape.Name}. {shape.Shape.Deviation ?? "No reason is known."}")));
        WriteText("published: " + string.Join("; ", shapes.Select(shape => shape.Shape.Source).Distinct(StringComparer.Ordinal)));
    }

    private Table CreateTable(IEnumerable<string> left, IEnumerable<string> right)
    {
        var table = new Table { Border = isInteractive ? TableBorder.Rounded : TableBorder.Ascii };
        foreach (var title in left)
        {
            table.AddColumn(new TableColumn(new Text(title)).NoWrap());
        }

        foreach (var title in right)
        {
            table.AddColumn(new TableColumn(new Text(title)).NoWrap().RightAligned());
        }

        return table;
    }

    private static string Number(double value) => value >= 10 ? value.ToString("N0", CultureInfo.InvariantCulture) : value.ToString("G3", CultureInfo.InvariantCulture);

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
