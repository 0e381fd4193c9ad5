using System.Text.Json;

namespace ParaKit.Building;

/// <summary>Builds guest projects with the .NET SDK.</summary>
/// <param name="listener">Hears of progress and problems.</param>
public sealed class GuestBuilder(IBuildListener listener) : IGuestBuilder
{
    private const string DirectoryProperty = "ParaKitImageDirectory";
    private const string NameProperty = "AssemblyName";

    // Nodes that stay would outlive an interrupted build; without them a build that has nothing to do is not slower.
    private const string NoNodeReuse = "-nodeReuse:false";

    /// <inheritdoc/>
    public async Task<GuestImages> FindImagesAsync(string project, string configuration, CancellationToken cancellation)
    {
        List<string> lines = [];
        string[] arguments =
            ["msbuild", project, $"-getProperty:{DirectoryProperty}", $"-getProperty:{NameProperty}", $"-p:Configuration={configuration}", NoNodeReuse];
        var exitCode = await DotnetCommand.RunAsync(arguments, lines.Add, cancellation).ConfigureAwait(false);
        if (exitCode != 0)
        {
            PrintProblems(lines);
            throw new GuestException($"'{project}' cannot be evaluated.");
        }

        return ReadProperties(project, string.Join('\n', lines));
    }

    /// <inheritdoc/>
    public async Task BuildAsync(string project, string configuration, CancellationToken cancellation)
    {
        List<string> lines = [];
        string[] arguments = ["build", project, "-c", configuration, "--nologo", "-tl:off", NoNodeReuse];
        var exitCode = await listener.WatchAsync($"Building {project} ({configuration})", BuildAndListenAsync).ConfigureAwait(false);
        PrintProblems(lines, onlyDiagnostics: exitCode == 0);
        if (exitCode != 0)
        {
            throw new GuestException($"The build of '{project}' failed.");
        }

        Task<int> BuildAndListenAsync(Action<string> listen) => DotnetCommand.RunAsync(
            arguments,
            line =>
            {
                lines.Add(line);
                listen(line);
            },
            cancellation);
    }

    /// <summary>Reads what <c>dotnet msbuild -getProperty</c> prints.</summary>
    /// <exception cref="GuestException">The project is not a guest kernel.</exception>
    internal static GuestImages ReadProperties(string project, string json)
    {
        using var document = JsonDocument.Parse(json);
        var properties = document.RootElement.GetProperty("Properties");
        var directory = properties.GetProperty(DirectoryProperty).GetString();
        if (string.IsNullOrEmpty(directory))
        {
            throw new GuestException($"'{project}' is not a guest kernel: it does not use ParaKit.Sdk.");
        }

        var projectDirectory = Path.GetDirectoryName(Path.GetFullPath(project))!;

        // MSBuild's own defaults have backslashes, which it takes for slashes everywhere.
        return new GuestImages(properties.GetProperty(NameProperty).GetString()!, Path.GetFullPath(directory.Replace('\\', '/'), projectDirectory));
    }

    private void PrintProblems(List<string> lines, bool onlyDiagnostics = false)
    {
        foreach (var line in BuildOutput.Problems(lines, onlyDiagnostics))
        {
            listener.Report(line);
        }
    }
}
