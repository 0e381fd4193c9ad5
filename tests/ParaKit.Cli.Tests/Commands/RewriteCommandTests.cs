using ParaKit.Cli.Tests.Auditing;
using ParaKit.Image;

namespace ParaKit.Cli.Tests.Commands;

public sealed class RewriteCommandTests : IDisposable
{
    private static readonly string s_native =
        Path.Join(GuestFolder.RepositoryRoot, "artifacts", "bin", "Guest", GuestFolder.Configuration.ToLowerInvariant(), "Guest.native.elf");

    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Sample_GivesAParavirtualImageAndListsItsSites()
    {
        string output = Path.Join(_cli.Folder, "rewritten.elf");
        Assert.Equal(0, await _cli.RunAsync("rewrite", s_native, "-o", output));
        Assert.True(XenNotes.TryParse(KernelImage.Load(File.ReadAllBytes(output), "rewritten"), out _));
        Assert.Matches(@"(?m)^\d+ sites rewritten: ", _cli.Output);
        Assert.False(File.Exists(output + ".tmp"));
    }

    /// <summary>Cleaning up in a folder that does not exist was once reported as a bug.</summary>
    [Fact]
    public async Task OutputFolderMissing_IsTheUsersToFix()
    {
        Assert.Equal(2, await _cli.RunAsync("rewrite", s_native, "-o", Path.Join(_cli.Folder, "missing", "rewritten.elf")));
        Assert.Contains("cannot be written", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ParavirtualImage_IsRefused()
    {
        Assert.Equal(2, await _cli.RunAsync("rewrite", _cli.Paravirt, "-o", Path.Join(_cli.Folder, "rewritten.elf")));
        Assert.False(File.Exists(Path.Join(_cli.Folder, "rewritten.elf")));
    }
}
