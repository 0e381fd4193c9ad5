using System.Reflection;
using ParaKit.Building;

namespace ParaKit.Testing;

/// <summary>What a test's words mean: a path beside its source, the configuration that it was built in itself.</summary>
internal static class GuestFile
{
    private const string DefaultConfiguration = "Debug";

    /// <summary>Makes a path absolute that may be relative to the file that names it.</summary>
    /// <exception cref="GuestException">That file is not known on this machine.</exception>
    public static string Resolve(string path, string callerFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Path.IsPathFullyQualified(path))
        {
            return path;
        }

        var folder = Path.GetDirectoryName(callerFile);
        return Directory.Exists(folder)
            ? Path.GetFullPath(path, folder)
            : throw new GuestException(
                $"'{path}' is relative to '{callerFile}', which is not on this machine (PathMap, or another machine's build): name the guest by its full path.");
    }

    /// <summary>The configuration an assembly was built in.</summary>
    public static string ConfigurationOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration is { Length: > 0 } own ? own : DefaultConfiguration;
}
