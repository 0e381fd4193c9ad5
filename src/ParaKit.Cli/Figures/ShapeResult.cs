using ParaKit.Cli.Rendering;

namespace ParaKit.Cli.Figures;

/// <summary>A published ratio next to the one of a contrast.</summary>
/// <param name="Shape">What was published.</param>
/// <param name="Ratio">The ratio here, modelled.</param>
/// <param name="IsInBand">Whether it lies in the band.</param>
internal sealed record ShapeResult(PublishedShape Shape, double Ratio, bool IsInBand)
{
    /// <summary>All published ratios for which the runs have both figures.</summary>
    public static IReadOnlyList<ShapeResult> Of(IReadOnlyList<TechniqueRun> runs)
    {
        var figures = runs.ToDictionary(run => run.Result.Technique, run => run.Benchmarks, StringComparer.Ordinal);
        List<ShapeResult> results = [];
        foreach (var shape in PublishedShapes.All)
        {
            if (Find(shape.Technique, shape.Operation) is { } cost && Find(shape.Reference, shape.Operation) is { } reference && reference > 0)
            {
                results.Add(new ShapeResult(shape, cost / reference, shape.Contains(cost / reference)));
            }
        }

        return results;

        double? Find(string technique, string operation) =>
            figures.TryGetValue(technique, out var of) && of.TryGetValue(operation, out var cycles) ? cycles : null;
    }
}
