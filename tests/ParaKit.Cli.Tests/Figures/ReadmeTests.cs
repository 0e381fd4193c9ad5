using ParaKit.Cli.Tests.Auditing;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Tests.Figures;

/// <summary>What the README shows of its first command's output is what that prints.</summary>
public sealed class ReadmeTests
{
    private static readonly Lazy<Task<string[]>> s_printed = new(PrintAsync);

    [ReleasedSampleTheory]
    [InlineData("| Metric ")]
    [InlineData("| Guest instructions ")]
    [InlineData("| Exits to the hypervisor ")]
    [InlineData("|   GeneralProtection ")]
    [InlineData("|   Hypercall ")]
    [InlineData("CHECK lines: ")]
    public async Task Line_IsWhatContrastPrints(string start)
    {
        var readme = await File.ReadAllLinesAsync(Path.Join(GuestFolder.RepositoryRoot, "README.md"));
        var printed = await s_printed.Value;
        Assert.Equal(Single(printed, start), Single(readme, start));
    }

    private static string Single(string[] lines, string start) => Assert.Single(lines, line => line.StartsWith(start, StringComparison.Ordinal));

    private static async Task<string[]> PrintAsync()
    {
        using var cli = new CommandLine();
        Assert.Equal(0, await cli.RunAsync(TechniqueTable.All, ["contrast", ReleasedSampleTheoryAttribute.Path("release", "native")]));
        return cli.Output.ReplaceLineEndings("\n").Split('\n');
    }
}
