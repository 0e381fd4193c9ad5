using System.Globalization;
using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class IoRingRuleTests
{
    [Theory]
    [InlineData("class {|PK0407:Ring|};", "'Ring' is not partial")]
    [InlineData("file partial class {|PK0407:Ring|};", "'Ring' is local to its file")]
    [InlineData("partial class {|PK0407:Ring|}<T>;", "'Ring' is generic")]
    public async Task TypeThatCannotBeCompleted_IsReported(string declaration, string message)
    {
        string source = "[ParaKit.Guest.IoRing(typeof(int), typeof(int))] " + declaration;
        await Check.MatchesAsync<IoRingRule>(source);
        var diagnostics = await Check.ReportAsync<IoRingRule>(GuestCompilation.Create(MarkedSource.Parse(source).Text));
        Assert.Contains(message, Assert.Single(diagnostics).GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("string", "PK0408", "'string' cannot be an entry")]
    [InlineData("int*", "PK0408", "'int*' cannot be an entry")]
    [InlineData("Large", "PK0409", "'Large' has 4033 bytes; the page of a ring has room for 4032 bytes")]
    public async Task UnusableEntry_IsReported(string entry, string id, string message)
    {
        var diagnostics = await Check.ReportAsync<IoRingRule>(GuestCompilation.Create(
            $"[ParaKit.Guest.IoRing(typeof({entry}), typeof({entry}))] unsafe partial class Ring; unsafe struct Large {{ fixed byte Data[4033]; }}"));
        Diagnostic diagnostic = Assert.Single(diagnostics);
        Assert.Equal(id, diagnostic.Id);
        Assert.Contains(message, diagnostic.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[ParaKit.Guest.IoRing(typeof(int), typeof(long))] partial class Ring;")]
    [InlineData("partial struct Outer { [ParaKit.Guest.IoRing(typeof(int), typeof(System.Guid))] partial record struct Ring; }")]
    [InlineData("class Ring;")]
    public Task UsableType_IsNotReported(string source) => Check.MatchesAsync<IoRingRule>(source);

    [Fact]
    public async Task EditorConfig_LowersTheSeverity() => Assert.Equal(
        DiagnosticSeverity.Warning,
        Assert.Single(await Check.ReportAsync<IoRingRule>(
            GuestCompilation.Create("[ParaKit.Guest.IoRing(typeof(int), typeof(int))] class Ring;"),
            editorConfig: "[*.cs]\ndotnet_diagnostic.PK0407.severity = warning")).Severity);
}
