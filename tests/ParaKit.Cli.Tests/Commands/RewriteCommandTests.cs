using System.Text.Json.Nodes;
using ParaKit.Cli.Tests.Auditing;
using ParaKit.Cli.Tests.Rendering;
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

    /// <summary>Its certificate once held, because nothing of the kernel was looked at.</summary>
    [Fact]
    public async Task RewrittenImage_IsNotCertified()
    {
        string output = Path.Join(_cli.Folder, "rewritten.elf");
        Assert.Equal(0, await _cli.RunAsync("rewrite", s_native, "-o", output));
        Assert.Equal(2, await _cli.RunAsync("certify", output));
        Assert.Contains("its kernel is data", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_MatchesItsSchema()
    {
        Assert.Equal(0, await _cli.RunAsync("rewrite", s_native, "-o", Path.Join(_cli.Folder, "rewritten.elf"), "--json"));
        JsonNode document = JsonNode.Parse(_cli.Output)!;
        Assert.Empty(JsonSchema.ForRewriteReport().Problems(document));
        Assert.Superset(
            new HashSet<string> { "interrupt", "breakpoint", "trampoline" },
            document["sites"]!.AsArray().Select(s => s!["form"]!.GetValue<string>()).ToHashSet());
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
