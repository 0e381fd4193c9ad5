using ParaKit.Cli.Tests.Auditing;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Tests.Reporting;

/// <summary>The report of the sample by all techniques, made once.</summary>
public sealed class SampleReport : IAsyncLifetime, IDisposable
{
    private readonly CommandLine _cli = new();

    /// <summary>The page's file.</summary>
    public string File => Path.Join(_cli.Folder, "report.html");

    /// <summary>The page.</summary>
    public string Html { get; private set; } = "";

    /// <summary>What the command printed as JSON.</summary>
    public string Json => _cli.Output;

    public async Task InitializeAsync()
    {
        string[] arguments = ["contrast", Path.Join(GuestFolder.RepositoryRoot, "sample-guest"), "-c", GuestFolder.Configuration, "--no-build", "--json", "--html", File];
        var code = await _cli.RunAsync(TechniqueTable.All, arguments);
        Assert.True(code == 0, _cli.Error);
        Html = await System.IO.File.ReadAllTextAsync(File);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _cli.Dispose();
}
