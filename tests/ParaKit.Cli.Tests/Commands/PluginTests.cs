using ParaKit.Cli.Tests.Auditing;

namespace ParaKit.Cli.Tests.Commands;

public sealed class PluginTests : IDisposable
{
    private static readonly string s_plugin = Path.Join(
        GuestFolder.RepositoryRoot, "artifacts", "bin", "ParaKit.SamplePlugin", GuestFolder.Configuration.ToLowerInvariant(), "ParaKit.SamplePlugin.dll");

    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Plugin_IsGivenToTheTechnique()
    {
        Assert.Equal(0, await _cli.RunAsync("run", _cli.Native, "--technique", "native", "--plugin", s_plugin));
        Assert.Equal("sample", Assert.Single(_cli.Techniques[0].LastRun!.Extensions).Name);
    }

    [Fact]
    public async Task FileThatIsNotThere_IsSaid()
    {
        Assert.Equal(2, await _cli.RunAsync("run", _cli.Native, "--plugin", Path.Join(_cli.Folder, "no.dll")));
        Assert.Contains("no.dll' does not exist", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileThatIsNoAssembly_IsSaid()
    {
        Assert.Equal(2, await _cli.RunAsync("run", _cli.Native, "--plugin", _cli.Write("bad.dll", [1, 2, 3])));
        Assert.Contains("bad.dll' cannot be loaded", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AssemblyWithoutExtension_IsSaid()
    {
        Assert.Equal(2, await _cli.RunAsync("run", _cli.Native, "--plugin", typeof(PluginTests).Assembly.Location));
        Assert.Contains("has no public class that implements ParaKit.Hardware.Extensions.IMachineExtension", _cli.Error, StringComparison.Ordinal);
    }
}
