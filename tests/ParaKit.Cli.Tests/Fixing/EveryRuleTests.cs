using System.Text.RegularExpressions;
using ParaKit.Cli.Tests.Auditing;
using ParaKit.Workspaces;
using ParaKit.Workspaces.Fixing;

namespace ParaKit.Cli.Tests.Fixing;

/// <summary>
/// Every rule fires, and every fix fixes, in a real project that MSBuild evaluates and that brings its own analyzers: the folder EveryRule. A
/// comment there names the rules that report on its line, each once; those in round brackets report in paravirtual builds only, those in
/// square ones in native builds only. What has a mark of exclamation is left to the author.
/// </summary>
public sealed partial class EveryRuleTests : IDisposable
{
    private const string Interceptors = "PrivilegedCalls.g.cs";

    private readonly GuestFolder _folder = new();

    [Fact]
    public async Task Native_EveryRuleFiresWhereExpected_AndFixesLeaveNothingToFix()
    {
        FixReport report = await RunAsync("native");
        Assert.Equal(Expected(paravirtual: false), report.Before);
        Assert.Empty(report.Rules.Except(report.Before.Select(finding => finding.Rule)));
        Assert.Equal(LeftToTheAuthor(), report.After.Where(finding => report.FixableRules.Contains(finding.Rule)).Select(finding => (finding.Rule, finding.File)).Order());
        Assert.Empty(report.NewErrors);
        Assert.Equal(["Contexts.cs", "Drivers.cs", "Entries.cs", "Freestanding.cs", "Performance.cs", "Privilege.cs"], report.ChangedFiles.Keys);
        Assert.Superset(report.FixableRules.ToHashSet(), report.Before.Select(finding => finding.Rule).ToHashSet());
    }

    [Fact]
    public async Task Paravirt_CallsThatAreReplacedAreHarmless_AndThoseThatCannotBeAreErrors()
    {
        FixReport report = await RunAsync("paravirt");
        Assert.Equal(Expected(paravirtual: true), report.Before.Where(finding => !finding.File.EndsWith(Interceptors, StringComparison.Ordinal)));
        Assert.Equal(["PK0002", "PK0505"], report.Rules.Except(report.Before.Select(finding => finding.Rule)));
    }

    public void Dispose() => _folder.Dispose();

    private static string Sources => Path.Join(GuestFolder.RepositoryRoot, "tests", "ParaKit.Cli.Tests", "Fixing", "EveryRule");

    private async Task<FixReport> RunAsync(string mode)
    {
        foreach (string file in Directory.GetFiles(Sources, "*.cs"))
        {
            _folder.Write("Every/" + Path.GetFileName(file), await File.ReadAllTextAsync(file));
        }

        string project = _folder.WriteProject("Every/Every.csproj");
        using CommandLine audit = new();
        await audit.RunAsync("audit", project); // restores
        return await GuestFixing.RunAsync(project, GuestFolder.Configuration, mode, new Progress<string>(), CancellationToken.None);
    }

    private static IEnumerable<RuleFinding> Expected(bool paravirtual) => Directory.GetFiles(Sources, "*.cs").Order(StringComparer.Ordinal)
        .SelectMany(file => File.ReadLines(file).SelectMany((line, index) => Marks(line, paravirtual).Order(StringComparer.Ordinal)
            .Select(rule => new RuleFinding(rule, Path.GetFileName(file), index + 1))));

    private static IEnumerable<(string Rule, string File)> LeftToTheAuthor() => Directory.GetFiles(Sources, "*.cs")
        .SelectMany(file => Mark().Matches(File.ReadAllText(file)).Where(mark => mark.Value.EndsWith('!')).Select(mark => (mark.Value.Trim('!'), Path.GetFileName(file)))).Order();

    // A replaced call of a sensitive unprivileged operation is PK0001's.
    private static IEnumerable<string> Marks(string line, bool paravirtual) =>
        Mark().Matches(line.LastIndexOf("// ", StringComparison.Ordinal) is >= 0 and var comment ? line[comment..] : "")
            .Select(mark => mark.Value)
            .Where(mark => !mark.StartsWith(paravirtual ? '[' : '('))
            .Select(mark => paravirtual && mark == "PK0002" ? "PK0001" : mark.Trim('(', ')', '[', ']', '!'));

    [GeneratedRegex(@"[([]?PK\d{4}[)\]]?!?")]
    private static partial Regex Mark();
}
