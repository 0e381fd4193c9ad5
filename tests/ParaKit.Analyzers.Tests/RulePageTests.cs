using System.Reflection;
using Microsoft.CodeAnalysis;

namespace ParaKit.Analyzers.Tests;

/// <summary>Rules, their identifiers, their pages and the pages' index say the same.</summary>
public sealed class RulePageTests
{
    private static readonly string[] s_sections =
        ["## What it means", "## Example", "## How to fix", "## How to configure"];

    private static readonly string s_folder = AllRules.Folder("RulePages");

    private static readonly DiagnosticDescriptor[] s_descriptors = [.. AllRules.Create()
        .SelectMany(rule => rule.SupportedDiagnostics)
        .OrderBy(descriptor => descriptor.Id)];

    public static TheoryData<string> Ids => [.. s_descriptors.Select(descriptor => descriptor.Id)];

    [Fact]
    public void EveryRuleHasAPageAndEveryPageARule() => Assert.Equal(
        s_descriptors.Select(descriptor => descriptor.Id),
        Directory.GetFiles(s_folder, "PK*.md").Select(file => Path.GetFileNameWithoutExtension(file)).Order());

    [Fact]
    public void EveryIdentifierIsOneRules() => Assert.Equal(
        s_descriptors.Select(descriptor => descriptor.Id),
        typeof(RuleIds).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!).Order());

    [Theory]
    [MemberData(nameof(Ids))]
    public void Page_AgreesWithTheDescriptor(string id)
    {
        DiagnosticDescriptor rule = Find(id);
        string[] lines = File.ReadAllLines(Path.Join(s_folder, id + ".md"));
        Assert.Equal($"# {id}: {rule.Title}", lines[0]);
        Assert.Contains($"| Category | {rule.Category} |", lines);
        Assert.Contains($"| Severity | {rule.DefaultSeverity} |", lines);
        Assert.Equal(s_sections, lines.Where(line => line.StartsWith("## ", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.StartsWith($"dotnet_diagnostic.{id}.severity = ", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void HelpLink_LeadsToThePage(string id) =>
        Assert.Equal($"https://github.com/parakit/parakit/blob/main/docs/rules/{id}.md", Find(id).HelpLinkUri);

    [Fact]
    public void Index_ListsEveryRule() => Assert.Equal(
        s_descriptors.Select(rule => $"| [{rule.Id}]({rule.Id}.md) | {rule.DefaultSeverity} | {rule.Title} |"),
        File.ReadLines(Path.Join(s_folder, "README.md")).Where(line => line.StartsWith("| [PK", StringComparison.Ordinal)));

    private static DiagnosticDescriptor Find(string id) => s_descriptors.Single(descriptor => descriptor.Id == id);
}
