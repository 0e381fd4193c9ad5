using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace ParaKit.Workspaces.Loading;

/// <summary>
/// Finds Roslyn and its workspaces in the installed .NET SDK, where <c>dotnet format</c> has them. They are as new as the SDK's
/// compiler, so every project that <c>dotnet build</c> accepts is understood.
/// </summary>
internal static class SdkRoslyn
{
    private const string WorkspaceAssembly = "Microsoft.CodeAnalysis.Workspaces.MSBuild.dll";

    private static readonly Lazy<string> s_folder = new(Locate);
    private static readonly Lazy<bool> s_isRegistered = new(Register);

    /// <summary>Folder of the SDK's Roslyn.</summary>
    /// <exception cref="GuestLoadException">There is no SDK.</exception>
    internal static string Folder => s_folder.Value;

    /// <summary>Makes Roslyn loadable. Methods that mention its types may run only afterwards.</summary>
    /// <exception cref="GuestLoadException">There is no SDK.</exception>
    internal static void Require() => _ = s_isRegistered.Value;

    /// <summary>The folder of the newest SDK below <paramref name="dotnetRoot"/> that has the workspaces; null if none has.</summary>
    internal static string? Find(string dotnetRoot)
    {
        var sdks = new DirectoryInfo(Path.Join(dotnetRoot, "sdk"));
        return !sdks.Exists ? null : sdks.EnumerateDirectories()
            .OrderByDescending(sdk => Version.TryParse(sdk.Name.Split('-')[0], out var version) ? version : new Version(0, 0))
            .ThenBy(sdk => sdk.Name.Contains('-', StringComparison.Ordinal))
            .Select(sdk => Path.Join(sdk.FullName, "DotnetTools", "dotnet-format"))
            .FirstOrDefault(folder => File.Exists(Path.Join(folder, WorkspaceAssembly)));
    }

    private static string Locate() => DotnetRoots().Select(Find).FirstOrDefault(found => found is not null)
        ?? throw new GuestLoadException("No .NET SDK is installed beside this runtime; reading a guest project needs the .NET 10 SDK.", []);

    private static bool Register()
    {
        var folder = Folder;
        AssemblyLoadContext.GetLoadContext(typeof(SdkRoslyn).Assembly)!.Resolving += (context, name) => Load(context, name, folder);
        return true;
    }

    /// <summary>Loads an assembly of the SDK's; null if it has none of that name.</summary>
    internal static Assembly? Load(AssemblyLoadContext context, AssemblyName name, string folder)
    {
        var file = Path.Join(folder, name.Name + ".dll");
        return string.IsNullOrEmpty(name.CultureName) && File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
    }

    // The host that runs this process, then the one that its runtime lies in (dotnet/shared/Microsoft.NETCore.App/10.0.x/).
    private static IEnumerable<string> DotnetRoots()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host && Path.GetDirectoryName(host) is { } root)
        {
            yield return root;
        }

        yield return Path.GetFullPath(Path.Join(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
    }
}
