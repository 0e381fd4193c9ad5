using ParaKit.Cli.Rendering;

namespace ParaKit.Cli.Tests.Rendering;

public sealed class BuildProgressTests
{
    [Fact]
    public async Task Show_NoTerminal_WritesPlainLines()
    {
        using var error = new StringWriter { NewLine = "\n" };
        var progress = new BuildProgress(new Terminal(Stream.Null, error), "Building Guest.csproj (Release)");
        Assert.Equal(0, await progress.ShowAsync(() => BuildAsync(progress, 0)));
        Assert.Matches(
            @"^Building Guest\.csproj \(Release\) \.\.\.\n  Guest -> bin/Guest\.native\.elf\nBuilding Guest\.csproj \(Release\): done in \d+\.\d s\n$",
            error.ToString());
    }

    [Fact]
    public async Task Show_FailedBuild_DoesNotSayDone()
    {
        using var error = new StringWriter();
        var progress = new BuildProgress(new Terminal(Stream.Null, error), "Building");
        Assert.Equal(1, await progress.ShowAsync(() => BuildAsync(progress, 1)));
        Assert.DoesNotContain("done", error.ToString(), StringComparison.Ordinal);
    }

    private static Task<int> BuildAsync(BuildProgress progress, int exitCode)
    {
        progress.Report("  Determining projects to restore...");
        progress.Report("  Guest -> bin/Guest.native.elf");
        return Task.FromResult(exitCode);
    }
}
