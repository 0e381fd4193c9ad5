using System.Text.Json.Nodes;
using ParaKit.Cli.Tests.Auditing;
using ParaKit.Cli.Tests.Rendering;

namespace ParaKit.Cli.Tests.Commands;

[UsesVerify]
public sealed class ScanCommandTests : IDisposable
{
    // cli; popf; cpuid; jz +1; mov eax, 0x90c3f4 (hides hlt); ret
    private static readonly byte[] s_code = Convert.FromHexString("fa9d0fa27401b8f4c39000c3");

    private static readonly string s_native =
        Path.Join(GuestFolder.RepositoryRoot, "artifacts", "bin", "Guest", GuestFolder.Configuration.ToLowerInvariant(), "Guest.native.elf");

    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Text_FlatCode_IsStable()
    {
        Assert.Equal(0, await _cli.RunAsync("scan", _cli.Write("boot.bin", s_code), "--bits", "64", "--base", "0x7c00"));
        Assert.Empty(_cli.Error);
        await Verifier.Verify(_cli.Output);
    }

    [Fact]
    public async Task Sarif_FlatCode_IsStable()
    {
        var sarif = Path.Join(_cli.Folder, "scan.sarif");
        Assert.Equal(0, await _cli.RunAsync("scan", _cli.Write("boot.bin", s_code), "--bits", "64", "--sarif", sarif));
        await Verifier.Verify(await File.ReadAllTextAsync(sarif), "json");
    }

    [Fact]
    public async Task Json_Sample_HasTheShapeOfTheSchema()
    {
        Assert.Equal(0, await _cli.RunAsync("scan", s_native, "--json", "--umip", "--iopl", "3"));
        var report = JsonNode.Parse(_cli.Output)!;
        Assert.Empty(JsonSchema.ForScanReport().Problems(report));
        Assert.Contains(report["findings"]!.AsArray(), f => f!["line"] is not null && f["name"]!.GetValue<string>() == "cli" && !f["traps"]!.GetValue<bool>());
        Assert.Equal(report["findings"]!.AsArray().Count, report["bySymbol"]!.AsObject().Sum(entry => entry.Value!.GetValue<int>()));
        report["findings"]![0]!["address"] = "12";
        Assert.NotEmpty(JsonSchema.ForScanReport().Problems(report));
    }

    [Theory]
    [InlineData("neither an ELF file nor a Linux bzImage", "boot.bin")]
    [InlineData("--bits is 16, 32 or 64", "boot.bin", "--bits", "8")]
    [InlineData("also needs --bits", "boot.bin", "--base", "0x100")]
    [InlineData("'here' is not an address", "boot.bin", "--bits", "16", "--base", "here")]
    [InlineData("no 16-bit code at 0x100000000", "boot.bin", "--bits", "16", "--base", "0x100000000")]
    [InlineData("--iopl is a privilege level", "boot.bin", "--iopl", "4")]
    [InlineData("cannot be read", "nowhere")]
    public async Task Wrong_IsSaid(string message, string file, params string[] options)
    {
        _cli.Write("boot.bin", s_code);
        Assert.Equal(2, await _cli.RunAsync(["scan", Path.Join(_cli.Folder, file), .. options]));
        Assert.Contains(message, _cli.Error, StringComparison.Ordinal);
    }
}
