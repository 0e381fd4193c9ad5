using System.Text;

namespace ParaKit.Snapshots.Tests;

/// <summary>Snapshots fail on a difference and never accept one; the same tests pass with the Verify package.</summary>
[UsesVerify]
public sealed class SnapshotTests : IDisposable
{
    private static readonly byte[] s_mark = [0xEF, 0xBB, 0xBF];

    private readonly string _folder = Directory.CreateTempSubdirectory("parakit-snapshots").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task Verify_CheckedInSnapshot_Passes() => Verifier.Verify("first line\r\nsecond \"line\"\n");

    [Theory]
    [InlineData("native")]
    [InlineData("paravirt")]
    public Task Verify_Parameters_AreInTheFileName(string mode) => Verifier.Verify("mode " + mode).UseParameters(mode);

    [Fact]
    public async Task Verify_EqualText_Passes()
    {
        await WriteVerifiedAsync("one\ntwo\n");
        await Verifier.Verify("one\r\ntwo\r\n").UseDirectory(_folder).UseFileName("Sample");
        Assert.False(File.Exists(Received));
    }

    [Fact]
    public async Task Verify_DifferentText_FailsAndWritesReceived()
    {
        await WriteVerifiedAsync("one\n");
        await Assert.ThrowsAnyAsync<Exception>(async () => await Verifier.Verify("two\r\n").UseDirectory(_folder).UseFileName("Sample"));
        byte[] received = await File.ReadAllBytesAsync(Received);
        Assert.Equal([.. s_mark, .. "two\n"u8], received);
        Assert.Equal("one\n", await File.ReadAllTextAsync(Verified));
    }

    [Fact]
    public async Task Verify_MissingSnapshot_FailsAndAcceptsNothing()
    {
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(async () => await Verifier.Verify("new").UseDirectory(_folder).UseFileName("Sample"));
        Assert.Contains("Sample.received.txt", failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Received));
        Assert.Empty(await VerifiedTextAsync());
    }

    [Fact]
    public async Task Verify_AfterAcceptingByHand_PassesAndRemovesAnOldReceivedFile()
    {
        await WriteVerifiedAsync("new");
        await File.WriteAllTextAsync(Received, "old");
        await Verifier.Verify("new").UseDirectory(_folder).UseFileName("Sample");
        Assert.False(File.Exists(Received));
    }

    [Fact]
    public async Task Verify_Scrubbed_ComparesWhatIsLeft()
    {
        await WriteVerifiedAsync("a\nb");
        VerifySettings settings = new();
        settings.UseDirectory(_folder);
        settings.UseFileName("Sample");
        settings.ScrubLinesContaining("SECRET");
        await Verifier.Verify("a\nsecret\nb", settings);
    }

    private string Verified => Path.Join(_folder, "Sample.verified.txt");

    private string Received => Path.Join(_folder, "Sample.received.txt");

    private Task WriteVerifiedAsync(string text) => File.WriteAllTextAsync(Verified, text, new UTF8Encoding(true));

    // Verify itself creates an empty verified file for the diff tool; the stand-in creates none.
    private async Task<string> VerifiedTextAsync() => File.Exists(Verified) ? await File.ReadAllTextAsync(Verified) : "";
}
