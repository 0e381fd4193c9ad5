using System.Reflection;

namespace VerifyTests;

/// <summary>Names of snapshot files, exactly as Verify spells them.</summary>
internal static class SnapshotFile
{
    /// <summary>Path up to, and without, <c>[#name].verified.extension</c>.</summary>
    internal static string Stem(VerifySettings settings, MethodInfo method, string sourceFile)
    {
        string folder = Path.Combine(Path.GetDirectoryName(sourceFile)!, settings.Folder);
        string name = settings.FileName ?? $"{method.ReflectedType!.Name}.{method.Name}{Parameters(settings, method)}";
        return Path.Combine(folder, name);
    }

    internal static string Full(string stem, Target target, string kind) =>
        $"{stem}{(target.Name is null ? "" : "#" + target.Name)}.{kind}.{target.Extension}";

    private static string Parameters(VerifySettings settings, MethodInfo method) => settings.Parameters is { } values
        ? "_" + string.Join('_', method.GetParameters().Zip(values, (parameter, value) => $"{parameter.Name}={value ?? "null"}"))
        : "";
}
