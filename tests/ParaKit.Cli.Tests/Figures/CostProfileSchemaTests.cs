using System.Text.Json.Nodes;
using ParaKit.Cli.Tests.Rendering;
using ParaKit.Hardware.Time;

namespace ParaKit.Cli.Tests.Figures;

public sealed class CostProfileSchemaTests
{
    public static TheoryData<string> Files => [.. CostProfileFile.BuiltIn.Skip(1)];

    [Fact]
    public void BuiltIn_AreTheFiles() => Assert.Equal(["default", "modern", "pentium4-672"], CostProfileFile.BuiltIn);

    [Theory]
    [MemberData(nameof(Files))]
    public void BuiltIn_HasTheShapeOfTheSchema(string name) => Assert.Empty(JsonSchema.ForCostProfile().Problems(Parse(name)));

    [Theory]
    [MemberData(nameof(Files))]
    public void BuiltIn_SaysWhereEachFigureIsFrom(string name)
    {
        var profile = CostProfileFile.Load(name);
        Assert.Equal(name, profile.Name);
        Assert.Equal([.. CostProfileFile.Figures, "frequencyHz"], profile.Sources.Keys.Order(StringComparer.Ordinal).OrderBy(key => key == "frequencyHz"));
    }

    /// <summary>The schema and the reader refuse and accept the same.</summary>
    [Theory]
    [InlineData("costs.exit", null)]
    [InlineData("costs.exit", "{ \"cycles\": -1, \"source\": \"s\" }")]
    [InlineData("costs.exit", "{ \"cycles\": 1.5, \"source\": \"s\" }")]
    [InlineData("costs.exit", "{ \"cycles\": 1 }")]
    [InlineData("costs.exit", "7")]
    [InlineData("costs.surprise", "{ \"cycles\": 1, \"source\": \"s\" }")]
    [InlineData("name", null)]
    [InlineData("name", "7")]
    [InlineData("frequencyHz", "{ \"value\": 1, \"source\": \"s\" }")]
    [InlineData("surprise", "1")]
    public void WrongMember_IsRefusedByBoth(string path, string? value)
    {
        var profile = Parse("modern").AsObject();
        var (parent, name) = path.Split('.') is [var outer, var inner] ? (profile[outer]!.AsObject(), inner) : (profile, path);
        parent.Remove(name);
        if (value is not null)
        {
            parent[name] = JsonNode.Parse(value);
        }

        Assert.NotEmpty(JsonSchema.ForCostProfile().Problems(profile));
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(profile.ToJsonString()));
        var exception = Assert.Throws<CostProfileException>(() => CostProfileFile.Read(stream, "mine.json"));
        Assert.StartsWith("mine.json: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
    }

    private static JsonNode Parse(string name) => JsonNode.Parse(File.ReadAllText(Path.Join(AppContext.BaseDirectory, "Profiles", name + ".json")))!;
}
