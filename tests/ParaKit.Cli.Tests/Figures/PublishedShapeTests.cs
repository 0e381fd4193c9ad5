using System.Globalization;
using ParaKit.Cli.Figures;
using ParaKit.Cli.Rendering;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.Cli.Tests.Figures;

/// <summary>
/// The sample's microbenchmarks in every technique, next to what was published: nothing is outside its band but what is known to be, and all of that is. Orders
/// hold in every configuration; sizes are those of optimized code.
/// </summary>
public sealed class PublishedShapeTests
{
    private const string Profile = "pentium4-672";
    private static readonly Lazy<IReadOnlyList<ShapeResult>> s_debug = new(() => Measure("debug"));
    private static readonly Lazy<IReadOnlyList<ShapeResult>> s_release = new(() => Measure("release"));

    public static TheoryData<string> Shapes => [.. PublishedShapes.All.Select(shape => shape.Name)];

    public static TheoryData<string> Orders => [.. PublishedShapes.All.Where(IsOrder).Select(shape => shape.Name)];

    [Theory]
    [MemberData(nameof(Orders))]
    public void Order_IsAsPublished(string name) => Check(s_debug.Value, name);

    [ReleasedSampleTheory]
    [MemberData(nameof(Shapes))]
    public void Shape_IsAsPublished(string name) => Check(s_release.Value, name);

    private static bool IsOrder(PublishedShape shape) => shape.Highest is null || shape.Lowest == 0;

    private static void Check(IReadOnlyList<ShapeResult> results, string name)
    {
        var result = results.Single(r => r.Shape.Name == name);
        var shape = result.Shape;
        Assert.True(
            result.IsInBand == shape.Deviation is null,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name} is {result.Ratio:G3} with profile {Profile}; published {shape.Published}, band {shape.Band} ({shape.Source}). {shape.Deviation ?? "It should lie in the band."}"));
    }

    private static IReadOnlyList<ShapeResult> Measure(string configuration)
    {
        var costs = CostProfileFile.Load(Profile);
        return ShapeResult.Of([.. TechniqueTable.All.Select(technique => Run(technique, configuration, costs))]);
    }

    private static TechniqueRun Run(ITechnique technique, string configuration, CostProfile costs)
    {
        var path = ReleasedSampleTheoryAttribute.Path(configuration, technique.Name == "paravirt" ? "paravirt" : "native");
        var image = KernelImage.Load(File.ReadAllBytes(path), System.IO.Path.GetFileName(path));
        var result = technique.Run(new RunRequest(image) { CommandLine = "bench", Costs = costs, MaxInstructions = 1_000_000_000 });
        Assert.True(result is { Outcome: RunOutcome.ShutDown, ExitCode: 0 }, $"{technique.Name}: {result.Reason}");
        return new TechniqueRun(image, result) { Costs = costs };
    }
}
