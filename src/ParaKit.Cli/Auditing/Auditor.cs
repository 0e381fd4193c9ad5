using ParaKit.Cli.Guests;
using ParaKit.Workspaces;
using ParaKit.Workspaces.Auditing;

namespace ParaKit.Cli.Auditing;

/// <summary>Audits a project: restores it as a build would, reads it, and says on standard error what goes on.</summary>
internal sealed class Auditor(Terminal terminal)
{
    /// <summary>Audits a project or solution file.</summary>
    /// <exception cref="UsageException">It cannot be restored, does not load or is not a guest; MSBuild's errors have been printed.</exception>
    public async Task<AuditReport> AuditAsync(string path, string configuration, bool restore, CancellationToken cancellation)
    {
        if (restore)
        {
            await RestoreAsync(path, configuration, cancellation).ConfigureAwait(false);
        }

        terminal.Error.WriteLine($"Loading {path} ...");
        try
        {
            return await GuestAudit.RunAsync(path, configuration, new LineProgress(terminal.Error), cancellation).ConfigureAwait(false);
        }
        catch (GuestLoadException exception)
        {
            foreach (var error in exception.Errors.Distinct())
            {
                terminal.Error.WriteLine(error.TrimEnd());
            }

            throw new UsageException(exception.Message);
        }
    }

    private async Task RestoreAsync(string path, string configuration, CancellationToken cancellation)
    {
        terminal.Error.WriteLine($"Restoring {path} ...");
        List<string> lines = [];
        string[] arguments = ["restore", path, $"-p:Configuration={configuration}", "--verbosity", "quiet", "-tl:off", "-nodeReuse:false"];
        if (await DotnetCommand.RunAsync(arguments, lines.Add, cancellation).ConfigureAwait(false) == 0)
        {
            return;
        }

        foreach (var line in BuildOutput.Problems(lines, onlyDiagnostics: false))
        {
            terminal.Error.WriteLine(line);
        }

        throw new UsageException($"'{path}' does not load.");
    }

    // Progress<T> would report on another thread, after the fact.
    private sealed class LineProgress(TextWriter writer) : IProgress<string>
    {
        private readonly Lock _gate = new();
        private readonly HashSet<string> _reported = [];

        public void Report(string value)
        {
            lock (_gate)
            {
                if (_reported.Add(value))
                {
                    writer.WriteLine($"  {value}");
                }
            }
        }
    }
}
