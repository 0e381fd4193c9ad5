using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ParaKit.Architecture.Tests;

/// <summary>Arrows between projects: what the project files say, and nothing else, is what code can reach.</summary>
public sealed partial class ProjectReferenceTests
{
    public static TheoryData<string> Projects => [.. Repository.Projects("src")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_IsListed(string project) =>
        Assert.Contains(Path.GetFileNameWithoutExtension(project), AllowedReferences.Of.Keys);

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_ReferencesOnlyLayersBelow(string project)
    {
        string name = Path.GetFileNameWithoutExtension(project);
        Violations.None(References(Repository.ReadXml(project)).Where(reference => reference != name)
            .Except(AllowedReferences.Of[name].Projects)
            .Select(reference => $"{name} -> {reference}"));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_UsesOnlyListedPackages(string project)
    {
        string name = Path.GetFileNameWithoutExtension(project);
        Violations.None(Repository.ReadXml(project).Descendants("PackageReference")
            .Select(reference => reference.Attribute("Include")?.Value ?? "")
            .Except(AllowedReferences.Of[name].Packages)
            .Select(package => $"{name} -> {package}"));
    }

    [Fact]
    public void CompilerParts_KnowNothingOfSrc() => Violations.None(
        from project in Repository.Projects("analyzers").Concat(Repository.Projects("generators"))
        from reference in References(Repository.ReadXml(project), compilerParts: true)
        where !AllowedReferences.CompilerParts.Contains(reference)
        select $"{project} -> {reference}");

    [Fact]
    public void Table_HasNoCycle()
    {
        HashSet<string> placed = [];
        while (AllowedReferences.Of.FirstOrDefault(entry => !placed.Contains(entry.Key) && entry.Value.Projects.All(placed.Contains)) is { Key: { } next })
        {
            placed.Add(next);
        }

        Assert.Equal(AllowedReferences.Of.Count, placed.Count);
    }

    [Theory]
    [InlineData("""<ProjectReference Include="../ParaKit.Abi/ParaKit.Abi.csproj" />""", "ParaKit.Abi")]
    [InlineData("""<ProjectReference Include="$(Root)src\ParaKit.Abi\ParaKit.Abi.csproj;../A/ParaKit.Image.csproj" />""", "ParaKit.Abi,ParaKit.Image")]
    [InlineData("""<Compile Include="../ParaKit.Abi/**/*.cs" />""", "ParaKit.Abi")]
    [InlineData("""<ProjectReference Include="../../generators/ParaKit.Generators/ParaKit.Generators.csproj" OutputItemType="Analyzer" />""", "")]
    public void References_FindsLinkedSourcesToo(string item, string expected) =>
        Assert.Equal(expected, string.Join(',', References(XDocument.Parse($"<Project><ItemGroup>{item}</ItemGroup></Project>"))));

    // Sources compiled in from another project are a reference in disguise.
    private static IEnumerable<string> References(XDocument project, bool compilerParts = false) => project.Descendants()
        .Where(item => item.Name.LocalName is "ProjectReference" or "Compile")
        .SelectMany(item => (item.Attribute("Include")?.Value ?? "").Split(';'))
        .SelectMany(include => ProjectName().Matches(include).Select(match => match.Groups["name"].Value))
        .Where(name => compilerParts || !AllowedReferences.CompilerParts.Contains(name))
        .Distinct();

    [GeneratedRegex(@"(?<name>ParaKit\.[A-Za-z]+)(\.csproj|[/\\])", RegexOptions.ExplicitCapture)]
    private static partial Regex ProjectName();
}
