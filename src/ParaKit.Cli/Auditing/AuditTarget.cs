namespace ParaKit.Cli.Auditing;

/// <summary>Finds out which project or solution the user means.</summary>
internal static class AuditTarget
{
    private static readonly string[] s_solutions = [".sln", ".slnx", ".slnf"];
    private static readonly string[] s_all = [".csproj", .. s_solutions];

    /// <summary>The file that <paramref name="path"/> stands for: itself, or a folder's only solution, else its only project.</summary>
    /// <exception cref="UsageException">There is none, or several.</exception>
    public static string Find(string path)
    {
        if (File.Exists(path))
        {
            return HasExtension(path, s_all)
                ? path
                : throw new UsageException($"'{path}' is neither a C# project nor a solution ({string.Join(", ", s_all)}).");
        }

        if (!Directory.Exists(path))
        {
            throw new UsageException($"'{path}' does not exist; name a folder, a .csproj file or a solution.");
        }

        string[] files = [.. Directory.GetFiles(path).Order(StringComparer.Ordinal)];
        string[] solutions = [.. files.Where(IsSolution)];
        string[] candidates = solutions.Length > 0 ? solutions : [.. files.Where(file => HasExtension(file, s_all))];
        return candidates switch
        {
            [var single] => single,
            [] => throw new UsageException($"The folder '{path}' contains neither a solution nor a .csproj file."),
            _ => throw new UsageException(
                $"The folder '{path}' contains several {(solutions.Length > 0 ? "solutions" : "projects")} ({string.Join(", ", candidates.Select(Path.GetFileName))}); name one."),
        };
    }

    /// <summary>Whether a file is a solution, by its name.</summary>
    public static bool IsSolution(string file) => HasExtension(file, s_solutions);

    private static bool HasExtension(string file, string[] extensions) =>
        extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);
}
