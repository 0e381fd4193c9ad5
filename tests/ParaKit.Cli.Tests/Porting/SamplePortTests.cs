using System.Text;
using ParaKit.Cli.Tests.Auditing;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Tests.Porting;

/// <summary>The sample, ported without a hand on it, is the kernel that the generator makes of it.</summary>
public sealed class SamplePortTests : IDisposable
{
    private readonly GuestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task PortedSample_BuildsWithoutRewriting_AndDoesTheSame()
    {
        var sample = Path.Join(GuestFolder.RepositoryRoot, "sample-guest");
        var ported = _folder.Path("kernel/ported");
        var (exitCode, _, error) = await RunAsync("port", sample, "--output", ported, "--configuration", GuestFolder.Configuration);
        Assert.True(exitCode == 0, error);

        string[] run = ["--technique", "paravirt", "--configuration", GuestFolder.Configuration];
        var made = await RunAsync(["run", ported, .. run]);
        var generated = await RunAsync(["run", sample, "--no-build", .. run]);
        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Contains("CHECK checksum 0x", made.Output, StringComparison.Ordinal);
        Assert.Equal((generated.ExitCode, generated.Output), (made.ExitCode, made.Output));
        Assert.False(File.Exists(Path.Join(_folder.Folder, "kernel", "artifacts", "bin", "Guest", GuestFolder.Configuration.ToLowerInvariant(), "Guest.native.elf")));
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var exitCode = await new Application(new Terminal(output, error), TechniqueTable.All).RunAsync(arguments);
        return (exitCode, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}
