using System.Globalization;

namespace ParaKit.Cli.Rendering;

/// <summary>One row of the contrast: a metric and its value in each run, ready to print.</summary>
/// <param name="Name">Name of the metric; parts of a sum are indented.</param>
/// <param name="Kind">How the figures came about: counted, modelled or measured.</param>
/// <param name="Values">One text per run.</param>
internal sealed record MetricRow(string Name, string Kind, IReadOnlyList<string> Values)
{
    /// <summary>Exact figures.</summary>
    public const string Counted = "counted";

    /// <summary>Figures of the cost profile, equal on every machine.</summary>
    public const string Modelled = "modelled";

    /// <summary>Figures of this machine and this moment.</summary>
    public const string Measured = "measured";

    /// <summary>A row of whole numbers.</summary>
    public static MetricRow Of(string name, string kind, IEnumerable<long> values) =>
        new(name, kind, [.. values.Select(value => value.ToString("N0", CultureInfo.InvariantCulture))]);
}
