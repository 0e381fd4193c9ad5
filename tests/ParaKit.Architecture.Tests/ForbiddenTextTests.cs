using System.Text.RegularExpressions;

namespace ParaKit.Architecture.Tests;

/// <summary>What must not be in any file that people write: the place it was written at, and promises.</summary>
public sealed partial class ForbiddenTextTests
{
    private static readonly string[] s_extensions =
        [".cs", ".csproj", ".props", ".targets", ".sln", ".json", ".md", ".yml", ".yaml", ".sh", ".config", ".editorconfig", ".cases", ""];

    private static readonly string[] s_roots = [.. Repository.CodeRoots, "docs", ".ci", ".github"];

    [Fact]
    public void Files_NameNoMachinePath() => Violations.None(Lines(MachinePath()));

    [Fact]
    public void Files_NameNoPackageHost() => Violations.None(Lines(PackageHost()));

    [Fact]
    public void Files_HaveNoUnfinishedMarker() => Violations.None(Lines(Marker()));

    [Theory]
    [InlineData("see /h" + "ome/somebody/x", true)]
    [InlineData("\"/t" + "mp/x\"", true)]
    [InlineData("C:\\U" + "sers\\x", true)]
    [InlineData("https://example.org/h" + "ome/x", false)]
    [InlineData("docs/w" + "ork/x and mytmp/x", false)]
    public void MachinePath_IsRecognised(string line, bool expected) => Assert.Equal(expected, MachinePath().IsMatch(line));

    [Theory]
    [InlineData("https://api.nug" + "et.org/v3/index.json", true)]
    [InlineData("https://pkgs.dev.az" + "ure.com/x", true)]
    [InlineData("https://www.nug" + "et.org/packages/Iced", false)]
    public void PackageHost_IsRecognised(string line, bool expected) => Assert.Equal(expected, PackageHost().IsMatch(line));

    [Theory]
    [InlineData("// TO" + "DO: later", true)]
    [InlineData("// FIX" + "ME", true)]
    [InlineData("Autodock todos", false)]
    public void Marker_IsRecognised(string line, bool expected) => Assert.Equal(expected, Marker().IsMatch(line));

    private static IEnumerable<string> Lines(Regex forbidden) =>
        from file in Repository.Files(s_roots).Concat(Repository.RootFiles())
        where s_extensions.Contains(Path.GetExtension(file))
        from line in Repository.Read(file).Split('\n').Select((text, index) => (Text: text, Number: index + 1))
        where forbidden.IsMatch(line.Text)
        select $"{file}, line {line.Number}: {line.Text.Trim()}";

    // The words are taken apart so that this file is not its own first finding.
    [GeneratedRegex(@"(?<![\w.)])/(t" + @"mp|h" + @"ome|r" + @"oot|w" + @"ork)/|[A-Z]:\\U" + @"sers\\")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"api\.nug" + @"et\.org|pkgs\.dev\.az" + @"ure|\.myg" + @"et\.org|art" + @"ifactory")]
    private static partial Regex PackageHost();

    [GeneratedRegex(@"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK)\b")]
    private static partial Regex Marker();
}
