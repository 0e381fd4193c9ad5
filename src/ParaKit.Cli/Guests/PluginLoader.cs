using System.Reflection;
using System.Runtime.Loader;
using ParaKit.Hardware.Extensions;

namespace ParaKit.Cli.Guests;

/// <summary>Loads extensions of the simulated machine from assemblies.</summary>
internal static class PluginLoader
{
    /// <summary>Makes the extensions of an assembly: one object for each public class that is one.</summary>
    /// <exception cref="UsageException">The file is no such assembly, or making them fails.</exception>
    public static IReadOnlyList<IMachineExtension> Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"--plugin: '{path}' does not exist.");
        }

        try
        {
            var assembly = new Context(Path.GetFullPath(path)).LoadFromAssemblyPath(Path.GetFullPath(path));
            Type[] types = [.. assembly.GetExportedTypes().Where(IsExtension)];
            return types.Length > 0
                ? [.. types.Select(type => (IMachineExtension)Activator.CreateInstance(type)!)]
                : throw new UsageException(
                    $"--plugin: '{path}' has no public class that implements {typeof(IMachineExtension).FullName} and has a constructor without parameters.");
        }
        catch (Exception exception) when (exception is BadImageFormatException or FileLoadException or FileNotFoundException or TypeLoadException or ReflectionTypeLoadException)
        {
            throw new UsageException($"--plugin: '{path}' cannot be loaded: {exception.Message}");
        }
        catch (TargetInvocationException exception)
        {
            throw new UsageException($"--plugin: '{path}': a constructor failed: {exception.InnerException?.Message}");
        }
    }

    private static bool IsExtension(Type type) =>
        type is { IsAbstract: false, IsGenericTypeDefinition: false } && type.IsAssignableTo(typeof(IMachineExtension)) && type.GetConstructor(Type.EmptyTypes) is not null;

    /// <summary>What the program has is shared with it, so that its interface is the same; the rest comes from the plug-in's own folder.</summary>
    private sealed class Context(string path) : AssemblyLoadContext(Path.GetFileName(path))
    {
        private readonly AssemblyDependencyResolver _resolver = new(path);

        protected override Assembly? Load(AssemblyName assemblyName) =>
            Default.Assemblies.Any(a => a.GetName().Name == assemblyName.Name) ? null
            : _resolver.ResolveAssemblyToPath(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null;
    }
}
