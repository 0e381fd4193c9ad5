using System.Globalization;

namespace ParaKit.Cli.Rendering;

/// <summary>The rows of the contrast for what the guest measured.</summary>
internal static class BenchmarkMetrics
{
    /// <summary>One row per operation that any run has, in the guest's order.</summary>
    public static IReadOnlyList<MetricRow> Of(IReadOnlyList<TechniqueRun> runs)
    {
        IReadOnlyDictionary<string, double>[] figures = [.. runs.Select(run => run.Benchmarks)];
        return [.. figures.SelectMany(of => of.Keys).Distinct(StringComparer.Ordinal).Select(name => new MetricRow(
            name,
            MetricRow.Modelled,
            [.. figures.Select(of => of.TryGetValue(name, out var cycles) ? cycles.ToString("N1", CultureInfo.InvariantCulture) : "-")]))];
    }
}
