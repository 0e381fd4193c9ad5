namespace ParaKit.Cli.Experiments;

/// <summary>What an experiment found, in any form that it is then written in.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Title">Of the page.</param>
/// <param name="Lead">What it is about, one paragraph.</param>
/// <param name="Findings">Figures next to published ones.</param>
/// <param name="Charts">Pictures for the page.</param>
internal sealed record ExperimentReport(string Name, string Title, string Lead, IReadOnlyList<Finding> Findings, IReadOnlyList<Chart> Charts)
{
    /// <summary>Whether all findings lie where they were expected.</summary>
    public bool IsAsExpected => Findings.All(finding => finding.IsInBand);
}

/// <summary>One figure.</summary>
/// <param name="Section">What it belongs to.</param>
/// <param name="Name">What it is a figure of.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Value">What was found here: modelled, and so the same on every host.</param>
/// <param name="Published">What was published; null if nothing was.</param>
/// <param name="Source">Where, by title; empty if nothing was.</param>
/// <param name="Lowest">Least value that is as expected; docs/experiments.md says which bands were changed after a figure had been seen.</param>
/// <param name="Highest">Largest.</param>
internal sealed record Finding(string Section, string Name, string Unit, double Value, double? Published = null, string Source = "", double Lowest = double.NegativeInfinity, double Highest = double.PositiveInfinity)
{
    /// <summary>Whether it is as expected.</summary>
    public bool IsInBand => Value >= Lowest && Value <= Highest;
}

/// <summary>A picture.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Text">How to read it.</param>
internal abstract record Chart(string Title, string Text);

/// <summary>Who ran when: a lane for each, with what it did over time.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Text">How to read it.</param>
/// <param name="Length">End of time, in any unit.</param>
/// <param name="Unit">That unit.</param>
/// <param name="Lanes">Names, and what ran there: begin, end, and the kind, which chooses the colour.</param>
internal sealed record GanttChart(string Title, string Text, double Length, string Unit, IReadOnlyList<(string Name, IReadOnlyList<(double Begin, double End, int Kind)> Bars)> Lanes) : Chart(Title, Text);

/// <summary>Curves over a common axis.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Text">How to read it.</param>
/// <param name="XAxis">Name and unit of what goes to the right.</param>
/// <param name="YAxis">Name and unit of what goes up, from 0.</param>
/// <param name="Curves">Names and points.</param>
internal sealed record LineChart(string Title, string Text, string XAxis, string YAxis, IReadOnlyList<(string Name, IReadOnlyList<(double X, double Y)> Points)> Curves) : Chart(Title, Text);
