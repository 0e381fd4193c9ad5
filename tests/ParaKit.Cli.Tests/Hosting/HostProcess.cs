using System.Diagnostics;
using System.Text.Json.Nodes;
using ParaKit.Cli.Tests.Auditing;
using ParaKit.Cli.Tests.Rendering;

namespace ParaKit.Cli.Tests.Hosting;

/// <summary><c>parakit host</c> in a process of its own, and other commands for it.</summary>
internal sealed class HostProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    private HostProcess(string socket, Process process) => (Socket, _process) = (socket, process);

    public string Socket { get; }

    public int Id => _process.Id;

    /// <summary>Starts one, and waits until it is ready.</summary>
    public static async Task<HostProcess> StartAsync(string socket, params string[] options)
    {
        var host = new HostProcess(socket, Start(["host", "--socket", socket, "--json", .. options]));
        List<string> lines = [];
        while (await host._process.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (line == "}")
            {
                break;
            }
        }

        var announcement = JsonNode.Parse(string.Concat(lines));
        Assert.Empty(JsonSchema.ForHostAnnouncement().Problems(announcement));
        Assert.Equal((socket, host.Id), ((string)announcement!["socket"]!, (int)announcement["processId"]!));
        return host;
    }

    /// <summary>A command of this program in a process of its own.</summary>
    public static Process Start(IEnumerable<string> arguments)
    {
        var program = Path.Join(GuestFolder.RepositoryRoot, "artifacts", "bin", "ParaKit.Cli", GuestFolder.Configuration.ToLowerInvariant(), "parakit.dll");
        return Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    /// <summary>Sends a signal to a process.</summary>
    public static void Signal(Process process, string name) => Process.Start("kill", ["-" + name, $"{process.Id}"]).WaitForExit();

    /// <summary>Ends it as "kill" does, and says how it ended.</summary>
    public async Task<(int ExitCode, string Error)> EndAsync(string signal)
    {
        Signal(_process, signal);
        var error = await _process.StandardError.ReadToEndAsync().WaitAsync(s_patience);
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        return (_process.ExitCode, error);
    }

    /// <summary>Kills it with no time for anything.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }
}
