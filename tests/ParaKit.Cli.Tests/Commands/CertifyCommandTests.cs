using System.Text.Json.Nodes;
using ParaKit.Cli.Tests.Auditing;
using ParaKit.Cli.Tests.Rendering;
using ParaKit.Image;

namespace ParaKit.Cli.Tests.Commands;

public sealed class CertifyCommandTests : IDisposable
{
    private static readonly string s_configuration = GuestFolder.Configuration;
    private static readonly string s_project = Path.Join(GuestFolder.RepositoryRoot, "sample-guest", "Guest.csproj");

    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    /// <summary>Both lists are made of the real source and the real image, and they agree.</summary>
    [Fact]
    public async Task Sample_Holds()
    {
        Assert.Equal(0, await _cli.RunAsync("certify", s_project, "--no-build", "-c", s_configuration, "--json"));
        var certificate = JsonNode.Parse(_cli.Output)!;
        Assert.Empty(JsonSchema.ForCertificate().Problems(certificate));
        Assert.True(certificate["holds"]!.GetValue<bool>());
        Assert.True(certificate["operations"]!.AsArray().Count > 10);
        Assert.All(certificate["operations"]!.AsArray(), o => Assert.Equal(o!["calls"]!.GetValue<int>(), o["recorded"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Trap_NamesFileAndReasonOfWhatFailsSilently()
    {
        var sarif = Path.Join(_cli.Folder, "certificate.sarif");
        Assert.Equal(1, await _cli.RunAsync("certify", SampleImage("native"), "--technique", "trap", "--sarif", sarif));
        Assert.Contains("'iretq' at 0x", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("The certificate does not hold: ", _cli.Output, StringComparison.Ordinal);
        var results = JsonNode.Parse(await File.ReadAllTextAsync(sarif))!["runs"]![0]!["results"]!.AsArray();
        Assert.Equal(_cli.Error.Count(c => c == '\n'), results.Count);
    }

    [Fact]
    public async Task Image_IsCertifiedForWhatItIsMadeFor()
    {
        Assert.Equal(0, await _cli.RunAsync("certify", SampleImage("paravirt")));
        Assert.Contains("technique paravirt: kernel at level 3", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlantedInstruction_IsSaidWithFileAndLine()
    {
        var file = await File.ReadAllBytesAsync(SampleImage("paravirt"));
        var image = KernelImage.Load(file, "paravirt");
        Assert.True(image.TryGetAddress("kernel_main", out var address));
        var section = image.Code.FindSection(address)!;
        file[(int)(section.Offset + (address - section.Address))] = 0xfa;
        Assert.Equal(1, await _cli.RunAsync("certify", _cli.Write("Planted.paravirt.elf", file)));
        Assert.Matches(@"Kernel\.cs\(\d+\): 'cli' at 0x[0-9a-f]{16} in kernel_main", _cli.Error);
    }

    [Fact]
    public async Task ImageOfAnotherKind_IsRefused()
    {
        Assert.Equal(2, await _cli.RunAsync("certify", SampleImage("native"), "--technique", "paravirt"));
        Assert.Contains("is not a paravirtual image", _cli.Error, StringComparison.Ordinal);
    }

    private static string SampleImage(string kind) =>
        Path.Join(GuestFolder.RepositoryRoot, "artifacts", "bin", "Guest", s_configuration.ToLowerInvariant(), $"Guest.{kind}.elf");
}
