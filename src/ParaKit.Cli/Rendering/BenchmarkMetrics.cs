using System.Globalization;

namespace ParaKit.Cli.Rendering;

/// <summary>The rows of the contrast for what the guest measured.</summary>
internal static class BenchmarkMetrics
{
    private static readonly string[] s_devices = ["disk ", "packet "];

    /// <summary>One row per operation that any run has, in the guest's order; for devices, also how often the guest left for one, how many this computer did per second, and what was copied.</summary>
    public static IReadOnlyList<MetricRow> Of(IReadOnlyList<TechniqueRun> runs)
    {
        IReadOnlyDictionary<string, double>[] figures = [.. runs.Select(run => run.Benchmarks)];
        string[] names = [.. figures.SelectMany(of => of.Keys).Distinct(StringComparer.Ordinal)];
        string[] devices = [.. names.Where(name => Array.Exists(s_devices, start => name.StartsWith(start, StringComparison.Ordinal)))];
        return
        [
            .. names.Select(name => Row(name, MetricRow.Modelled, figures, name)),
            .. devices.Where(name => runs.Any(run => run.ExitsPerOperation.ContainsKey(name)))
                .Select(name => Row($"{name}: exits", MetricRow.Counted, [.. runs.Select(run => run.ExitsPerOperation)], name)),
            .. devices.Where(name => runs.Any(run => run.OperationsPerSecond.ContainsKey(name)))
                .Select(name => Row($"{name}: per second", MetricRow.Measured, [.. runs.Select(run => run.OperationsPerSecond)], name)),
            .. Copied("bytes copied per disk request", runs, DiskBytes),
            .. Copied("bytes copied per packet", runs, PacketBytes),
        ];
    }

    private static MetricRow Row(string title, string unit, IReadOnlyDictionary<string, double>[] figures, string name) =>
        new(title, unit, [.. figures.Select(of => of.TryGetValue(name, out var value) ? Text(value) : "-")]);

    /// <summary>Through a data port by the processor, or by the host; what a device moves by itself is not copied.</summary>
    private static IEnumerable<MetricRow> Copied(string title, IReadOnlyList<TechniqueRun> runs, Func<IReadOnlyDictionary<string, long>, double?> bytes)
    {
        double?[] values = [.. runs.Select(run => bytes(run.Result.Devices))];
        return values.Any(value => value is not null) ? [new MetricRow(title, MetricRow.Counted, [.. values.Select(value => value is { } known ? Text(known) : "-")])] : [];
    }

    private static double? DiskBytes(IReadOnlyDictionary<string, long> counts) =>
        Ratio(counts.GetValueOrDefault("ata bytes through the data port"), counts.GetValueOrDefault("ata requests") + counts.GetValueOrDefault("xvda requests"));

    private static double? PacketBytes(IReadOnlyDictionary<string, long> counts) => Ratio(
        counts.GetValueOrDefault("ne2000 bytes through the data port") + counts.GetValueOrDefault("vif0 header bytes copied") + counts.GetValueOrDefault("vif0 payload bytes copied"),
        counts.GetValueOrDefault("ne2000 packets sent") + counts.GetValueOrDefault("ne2000 packets received")
            + counts.GetValueOrDefault("vif0 packets sent") + counts.GetValueOrDefault("vif0 packets received"));

    private static double? Ratio(long bytes, long count) => count == 0 ? null : (double)bytes / count;

    private static string Text(double value) => value.ToString("N1", CultureInfo.InvariantCulture);
}
