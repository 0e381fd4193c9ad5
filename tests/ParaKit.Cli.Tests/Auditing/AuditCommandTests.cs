using System.Text.Json.Nodes;
using ParaKit.Cli.Tests.Rendering;

namespace ParaKit.Cli.Tests.Auditing;

[UsesVerify]
public sealed class AuditCommandTests(AuditFixture audit) : IClassFixture<AuditFixture>
{
    [Fact]
    public async Task Text_SmallGuest_IsStable() => await Verifier.Verify(audit.Text);

    [Fact]
    public async Task Json_SmallGuest_IsStable() => await Verifier.Verify(audit.Json, "json");

    [Fact]
    public async Task Sarif_SmallGuest_IsStable() => await Verifier.Verify(audit.Sarif, "json");

    [Fact]
    public void Audit_OfWhatCompiles_Succeeds()
    {
        Assert.Equal(0, audit.ExitCode);
        Assert.StartsWith("Restoring {guest}/Small/Small.csproj ...\nLoading {guest}/Small/Small.csproj ...\n", audit.Progress, StringComparison.Ordinal);
        Assert.Contains("  Reading Small\n", audit.Progress, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_HasTheShapeOfTheSchema() =>
        Assert.Empty(JsonSchema.ForAuditReport().Problems(JsonNode.Parse(audit.Json)));

    [Theory]
    [InlineData("class", "\"dangerous\"")]
    [InlineData("line", "0")]
    [InlineData("ruleId", "\"PK1\"")]
    [InlineData("surprise", "1")]
    public void Schema_WrongMember_IsRejected(string member, string value)
    {
        var report = JsonNode.Parse(audit.Json)!;
        report["uses"]![0]![member] = JsonNode.Parse(value);
        Assert.NotEmpty(JsonSchema.ForAuditReport().Problems(report));
    }

    [Fact]
    public void GeneratedCode_IsNotAudited()
    {
        var files = Uses().Select(use => use["file"]!.GetValue<string>()).Distinct();
        Assert.Equal(["Drivers/Network/Ring.cs", "Kernel.cs", "Own.cs", "Requests.cs"], files);
    }

    [Theory]
    [InlineData("Kernel.cs", "call", "rewritten", "xenSpecific")]
    [InlineData("Kernel.cs", "call", "rewritten", "architectureIndependent")]
    [InlineData("Kernel.cs", "methodGroup", "notRewritable", "xenSpecific")]
    [InlineData("Kernel.cs", "address", "notRewritable", "xenSpecific")]
    [InlineData("Kernel.cs", "implicit", "noCounterpart", "xenSpecific")]
    [InlineData("Kernel.cs", "call", "counterpartMismatch", "xenSpecific")]
    [InlineData("Kernel.cs", "call", "nativeOnly", "xenSpecific")]
    [InlineData("Kernel.cs", "call", "unneeded", "architectureIndependent")]
    [InlineData("Own.cs", "call", "nativeOnly", "xenSpecific")]
    [InlineData("Drivers/Network/Ring.cs", "call", "rewritten", "virtualNetworkDriver")]
    [InlineData("Requests.cs", "call", "rewritten", "virtualBlockDriver")]
    public void Use_OfEachKind_IsFound(string file, string form, string rewriting, string category) => Assert.Contains(
        Uses(), use => (use["file"]!.GetValue<string>(), use["form"]!.GetValue<string>(), use["rewriting"]!.GetValue<string>(), use["category"]!.GetValue<string>())
            == (file, form, rewriting, category));

    [Fact]
    public void Sarif_ResultsRefer_ToRulesAndRelativeFiles()
    {
        var run = JsonNode.Parse(audit.Sarif)!["runs"]![0]!;
        var rules = run["tool"]!["driver"]!["rules"]!.AsArray();
        Assert.All(run["results"]!.AsArray(), result =>
        {
            Assert.Equal(rules[result!["ruleIndex"]!.GetValue<int>()]!["id"]!.GetValue<string>(), result["ruleId"]!.GetValue<string>());
            var uri = result["locations"]![0]!["physicalLocation"]!["artifactLocation"]!["uri"]!.GetValue<string>();
            Assert.False(Uri.IsWellFormedUriString(uri, UriKind.Absolute));
        });
    }

    private IEnumerable<JsonNode> Uses() => JsonNode.Parse(audit.Json)!["uses"]!.AsArray().Select(use => use!);
}
