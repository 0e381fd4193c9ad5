using ParaKit.Building;
using ParaKit.Workspaces;

namespace ParaKit.Cli.Auditing;

/// <summary>Reads a project's source: restores it, and builds the analyzers that it refers to, as a build would; says on standard error what goes on and what is wrong.</summary>
internal sealed class ProjectLoader(Terminal terminal)
{
    /// <summary>Restores a project or solution file and reads it.</summary>
    /// <exception cref="UsageException">It cannot be restored, does not load or is not a guest; MSBuild's errors have been printed.</exception>
    public async Task<T> LoadAsync<T>(
        string path, string configuration, bool restore, Func<IProgress<string>, Task<T>> read, CancellationToken cancellation)
    {
        if (restore)
        {
            await RestoreAsync(path, configuration, cancellation).ConfigureAwait(false);
        }

        terminal.Error.WriteLine($"Loading {path} ...");
        try
        {
            return await ReadAsync(path, configuration, restore, read, cancellation).ConfigureAwait(false);
        }
        catch (GuestLoadException exception)
        {
            await ExplainAsync(exception, path, configuration, cancellation).ConfigureAwait(false);
            throw new UsageException(exception.Message);
        }
    }

    private async Task<T> ReadAsync<T>(string path, string configuration, bool restore, Func<IProgress<string>, Task<T>> read, CancellationToken cancellation)
    {
        try
        {
            return await read(new LineProgress(terminal.Error)).ConfigureAwait(false);
        }
        catch (AnalyzersNotBuiltException) when (restore)
        {
            terminal.Error.WriteLine($"Building the analyzers that {path} refers to ...");
            string[] build = ["build", path, "-t:ResolveProjectReferences", $"-p:Configuration={configuration}", "--no-restore", "--verbosity", "quiet", "-tl:off", "-nodeReuse:false"];
            if (!await TryAsync(build, cancellation).ConfigureAwait(false))
            {
                throw new UsageException($"What '{path}' refers to does not build.");
            }

            return await read(new LineProgress(terminal.Error)).ConfigureAwait(false);
        }
    }

    private async Task RestoreAsync(string path, string configuration, CancellationToken cancellation)
    {
        terminal.Error.WriteLine($"Restoring {path} ...");
        if (!await TryAsync(["restore", path, $"-p:Configuration={configuration}", "--verbosity", "quiet", "-tl:off", "-nodeReuse:false"], cancellation).ConfigureAwait(false))
        {
            throw new UsageException($"'{path}' does not load.");
        }
    }

    // A workspace goes on without a missing import and fails later for another reason: evaluation itself says more.
    private async Task ExplainAsync(GuestLoadException exception, string path, string configuration, CancellationToken cancellation)
    {
        string[] evaluation = ["msbuild", path, "-getProperty:TargetFramework", $"-p:Configuration={configuration}", "-nodeReuse:false"];
        if (!AuditTarget.IsSolution(path) && !await TryAsync(evaluation, cancellation).ConfigureAwait(false))
        {
            return;
        }

        foreach (var error in exception.Errors.Distinct())
        {
            terminal.Error.WriteLine(error.TrimEnd());
        }
    }

    private async Task<bool> TryAsync(string[] arguments, CancellationToken cancellation)
    {
        List<string> lines = [];
        if (await DotnetCommand.RunAsync(arguments, lines.Add, cancellation).ConfigureAwait(false) == 0)
        {
            return true;
        }

        foreach (var line in BuildOutput.Problems(lines, onlyDiagnostics: false))
        {
            terminal.Error.WriteLine(line);
        }

        return false;
    }
}
