namespace ParaKit.Cli.Tests.Auditing;

/// <summary>The small guest, audited once in every output format.</summary>
public sealed class AuditFixture : IAsyncLifetime, IDisposable
{
    private readonly GuestFolder _folder = new();

    internal string Text { get; private set; } = "";

    internal string Progress { get; private set; } = "";

    internal string Json { get; private set; } = "";

    internal string Sarif { get; private set; } = "";

    internal int ExitCode { get; private set; }

    public async Task InitializeAsync()
    {
        var project = SmallGuest.WriteTo(_folder);
        var sarif = _folder.Path("audit.sarif");
        using CommandLine text = new(), json = new();
        ExitCode = await text.RunAsync("audit", project, "--sarif", sarif);
        Text = text.Output;
        Progress = text.Error.Replace(_folder.Folder, "{guest}", StringComparison.Ordinal);
        Sarif = File.Exists(sarif) ? await File.ReadAllTextAsync(sarif) : "";
        await json.RunAsync("audit", project, "--json", "--no-restore");
        Json = json.Output;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();
}
