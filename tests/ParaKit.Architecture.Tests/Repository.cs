using System.Reflection;
using System.Xml.Linq;

namespace ParaKit.Architecture.Tests;

/// <summary>The files of this repository that people write.</summary>
internal static class Repository
{
    /// <summary>Folders with C# sources; those that do not exist are skipped.</summary>
    internal static readonly string[] CodeRoots = ["src", "analyzers", "generators", "sample-guest", "tests"];

    private static readonly string[] s_built = ["bin", "obj", "artifacts", "TestResults", ".git", ".vs"];

    internal static string Root { get; } = typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    /// <summary>C# files under the given top-level folders, as paths relative to the root with forward slashes.</summary>
    internal static IEnumerable<string> CodeFiles(params string[] roots) =>
        Files(roots).Where(file => file.EndsWith(".cs", StringComparison.Ordinal));

    /// <summary>All files under the given top-level folders that no build made.</summary>
    internal static IEnumerable<string> Files(params string[] roots) => roots
        .Select(root => new DirectoryInfo(Path.Join(Root, root)))
        .Where(folder => folder.Exists)
        .SelectMany(Walk)
        .Select(file => Relative(file.FullName))
        .Order(StringComparer.Ordinal);

    /// <summary>Files directly in the root.</summary>
    internal static IEnumerable<string> RootFiles() => Directory.GetFiles(Root).Select(Relative);

    /// <summary>Project files under a top-level folder; templates of projects are content.</summary>
    internal static IEnumerable<string> Projects(string root) =>
        Files(root).Where(file => file.EndsWith(".csproj", StringComparison.Ordinal) && !file.StartsWith("src/ParaKit.Templates/content/", StringComparison.Ordinal));

    internal static string Read(string file) => File.ReadAllText(Path.Join(Root, file));

    internal static XDocument ReadXml(string file) => XDocument.Load(Path.Join(Root, file));

    private static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) => folder.EnumerateFiles()
        .Concat(folder.EnumerateDirectories().Where(child => !s_built.Contains(child.Name)).SelectMany(Walk));
}
