using System.Reflection;
using System.Runtime.Loader;
using ParaKit.Workspaces.Loading;

namespace ParaKit.Workspaces.Isolation;

/// <summary>
/// This assembly a second time, with the SDK's Roslyn, whatever Roslyn the process has itself: a test project may well reference
/// another one.
/// </summary>
internal sealed class SdkRoslynContext() : AssemblyLoadContext("ParaKit with the SDK's Roslyn")
{
    /// <summary>This assembly in the context.</summary>
    internal Assembly Workspaces() => LoadFromAssemblyPath(typeof(SdkRoslynContext).Assembly.Location);

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) => SdkRoslyn.Load(this, assemblyName, SdkRoslyn.Folder);
}
