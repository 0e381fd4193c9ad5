using System.Xml.Linq;

namespace ParaKit.Architecture.Tests;

/// <summary>
/// Analyzers and generators load into every compiler from SDK 10 on. Built for a newer Roslyn they would be skipped with a
/// mere warning (CS9057), and a paravirtual image would be full of native instructions.
/// </summary>
public sealed class CompilerPartTests
{
    private const string Framework = "netstandard2.0";
    private const string Roslyn = "4.14.0";

    [Theory]
    [InlineData("analyzers")]
    [InlineData("generators")]
    public void Folder_TargetsTheCompilersFramework(string folder) => Assert.Equal(
        [Framework], Values(Repository.ReadXml(folder + "/Directory.Build.props"), "TargetFramework"));

    [Fact]
    public void Project_DoesNotChooseForItself() => Violations.None(
        from project in Repository.Projects("analyzers").Concat(Repository.Projects("generators"))
        let xml = Repository.ReadXml(project)
        where Values(xml, "TargetFramework").Concat(Values(xml, "TargetFrameworks")).Any(value => value != Framework) ||
            xml.Descendants("PackageReference").Any(reference => IsRoslyn(reference) && reference.Attribute("VersionOverride") is not null)
        select project);

    [Fact]
    public void Roslyn_HasOneVersion() => Assert.All(
        Repository.ReadXml("Directory.Packages.props").Descendants("PackageVersion").Where(IsRoslyn),
        package => Assert.Equal(Roslyn, package.Attribute("Version")!.Value));

    private static IEnumerable<string> Values(XDocument project, string property) =>
        project.Descendants(property).Select(element => element.Value);

    // Microsoft.CodeAnalysis.Analyzers checks analyzers; it is not part of the compiler and has versions of its own.
    private static bool IsRoslyn(XElement package) =>
        package.Attribute("Include")!.Value is var name && name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) &&
        name != "Microsoft.CodeAnalysis.Analyzers";
}
