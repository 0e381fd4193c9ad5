using System.Text;
using System.Text.Json.Nodes;
using ParaKit.Cli.Rendering;

namespace ParaKit.Cli.Tests.Rendering;

[UsesVerify]
public sealed class RunReportTests
{
    private static readonly TechniqueRun[] s_contrast = [TestRuns.Of(TestRuns.Native), TestRuns.Of(TestRuns.Crashed)];

    [Fact]
    public async Task Write_Contrast_IsStable() => await Verifier.Verify(Json(s_contrast, isContrast: true), "json");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_Report_HasTheShapeOfTheSchema(bool isContrast) =>
        Assert.Empty(JsonSchema.ForRunReport().Problems(Parse(Json(isContrast ? s_contrast : s_contrast[..1], isContrast))));

    [Theory]
    [InlineData("outcome", "\"exploded\"")]
    [InlineData("imageSha256", "\"ABC\"")]
    [InlineData("exits", "{ \"Timer\": \"1\" }")]
    [InlineData("instructions", "-1")]
    [InlineData("wallSeconds", "null")]
    [InlineData("surprise", "1")]
    public void Schema_WrongMember_IsRejected(string member, string value)
    {
        var report = Parse(Json(s_contrast, isContrast: true));
        report["runs"]![0]![member] = JsonNode.Parse(value);
        Assert.NotEmpty(JsonSchema.ForRunReport().Problems(report));
    }

    [Fact]
    public void Schema_MissingMember_IsRejected()
    {
        var report = Parse(Json(s_contrast, isContrast: true));
        report["runs"]![0]!.AsObject().Remove("console");
        Assert.Equal(["$.runs[0]: 'console' is missing"], JsonSchema.ForRunReport().Problems(report));
    }

    [Fact]
    public async Task RunAndContrast_Json_IsAllOfOutput()
    {
        using CommandLine run = new(), contrast = new();
        Assert.Equal(0, await run.RunAsync("run", run.Native, "--json"));
        Assert.Equal(0, await contrast.RunAsync("contrast", contrast.Native, "--json"));
        Assert.Null(Parse(run.Output)["checksEqual"]);
        Assert.True(Parse(contrast.Output)["checksEqual"]!.GetValue<bool>());
        Assert.Equal(["native", "paravirt"], Parse(contrast.Output)["runs"]!.AsArray().Select(r => r!["technique"]!.GetValue<string>()));
    }

    private static JsonNode Parse(string json) => JsonNode.Parse(json)!;

    private static string Json(IReadOnlyList<TechniqueRun> runs, bool isContrast)
    {
        using var output = new MemoryStream();
        RunReportJson.Write(RunReport.Of("Guest", runs, isContrast), output);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
