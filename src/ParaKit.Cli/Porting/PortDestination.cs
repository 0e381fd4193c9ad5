using ParaKit.Workspaces.Porting;

namespace ParaKit.Cli.Porting;

/// <summary>Where a port is written: over the project, or into a copy of it.</summary>
internal sealed class PortDestination
{
    private static readonly string[] s_skipped = ["bin", "obj"];

    private readonly string _from;
    private readonly string _to;

    private PortDestination(string from, string to)
    {
        _from = from;
        _to = to;
    }

    /// <summary>The folder as the user gave it.</summary>
    public string Folder => _to;

    private bool IsCopy => _from != _to;

    /// <summary>The project's own folder.</summary>
    public static PortDestination InPlace(string project) => new(FolderOf(project), FolderOf(project));

    /// <summary>A folder for a copy.</summary>
    /// <exception cref="UsageException">It has something in it, or lies within the project, whose build would compile it too.</exception>
    public static PortDestination Copy(string project, string folder)
    {
        var to = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var from = FolderOf(project);
        if (File.Exists(to) || (Directory.Exists(to) && Directory.EnumerateFileSystemEntries(to).Any()))
        {
            throw new UsageException($"'{folder}' is not an empty folder; a port overwrites nothing.");
        }

        return (to + Path.DirectorySeparatorChar).StartsWith(from + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? throw new UsageException($"'{folder}' lies within the project, whose build would compile it as well.")
            : new PortDestination(from, to);
    }

    /// <summary>Refuses, before anything is written, what this destination cannot hold.</summary>
    /// <exception cref="UsageException">A changed file lies outside the project, and a copy would not have it.</exception>
    public void Check(PortReport report)
    {
        if (IsCopy && report.Files.FirstOrDefault(file => file.Path.StartsWith("../", StringComparison.Ordinal)) is { } outside)
        {
            throw new UsageException($"'{outside.Path}' lies outside the project's folder and would not be copied; port with --in-place, or move it.");
        }
    }

    /// <summary>Writes the ported files, in a copy after everything else.</summary>
    /// <exception cref="UsageException">A file cannot be written.</exception>
    public void Write(PortReport report)
    {
        try
        {
            if (IsCopy)
            {
                CopyFolder(_from, _to);
            }

            foreach (var file in report.Files)
            {
                File.WriteAllText(Path.Join(_to, file.Path), file.After);
            }

            if (IsCopy)
            {
                MoveProjects();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The port cannot be written: {exception.Message}");
        }
    }

    private void MoveProjects()
    {
        foreach (var project in Directory.GetFiles(_to, "*.csproj", SearchOption.AllDirectories))
        {
            var folder = Path.GetDirectoryName(project)!;
            var text = File.ReadAllText(project);
            var moved = ProjectFile.Move(text, Path.Join(_from, Path.GetRelativePath(_to, folder)), folder, _from);
            if (moved != text)
            {
                File.WriteAllText(project, moved);
            }
        }
    }

    private static string FolderOf(string project) => Path.GetDirectoryName(Path.GetFullPath(project))!;

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Join(to, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.GetDirectories(from).Where(folder => IsSource(Path.GetFileName(folder))))
        {
            CopyFolder(folder, Path.Join(to, Path.GetFileName(folder)));
        }
    }

    private static bool IsSource(string folder) => folder[0] != '.' && !s_skipped.Contains(folder, StringComparer.OrdinalIgnoreCase);
}
