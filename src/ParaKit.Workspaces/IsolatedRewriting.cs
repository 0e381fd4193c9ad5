using System;
using System.Collections.Generic;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using ParaKit.Workspaces.Calls;
using ParaKit.Workspaces.Isolation;

namespace ParaKit.Workspaces;

/// <summary>
/// Finds rewritten calls in a process that may have a Roslyn of its own, such as a test: the SDK's Roslyn works in a context beside it.
/// All members may be called concurrently.
/// </summary>
public sealed class IsolatedRewriting
{
    private static readonly Lazy<Type> s_entry = new(() => new SdkRoslynContext().Workspaces().GetType(typeof(IsolatedEntry).FullName!, throwOnError: true)!);

    private readonly Lazy<Func<string, string, CancellationToken, Task<string>>> _findInSource;

    /// <summary>Prepares for sources; nothing is loaded before it is needed.</summary>
    /// <param name="references">Core library and guest library, as files.</param>
    /// <param name="generators">Assembly with the generators, as a file.</param>
    public IsolatedRewriting(IReadOnlyList<byte[]> references, byte[] generators) => _findInSource = new(() =>
        Entry<Func<IReadOnlyList<byte[]>, byte[], Func<string, string, CancellationToken, Task<string>>>>(nameof(IsolatedEntry.PrepareForSources))(
            references, generators));

    /// <summary>As <see cref="GuestRewriting.FindAsync"/>.</summary>
    /// <param name="project">The project file.</param>
    /// <param name="configuration">Build configuration.</param>
    /// <param name="progress">Takes one line for each step.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="GuestLoadException">No SDK is found, the project does not load, or it is not a guest.</exception>
    public static async Task<IReadOnlyList<RewrittenCall>> FindInProjectAsync(
        string project, string configuration, IProgress<string> progress, CancellationToken cancellation)
    {
        var find = Entry<Func<string, string, IProgress<string>, CancellationToken, Task<string>>>(nameof(IsolatedEntry.FindInProjectAsync));
        return IsolatedAnswer.Read(await find(project, configuration, progress, cancellation).ConfigureAwait(false));
    }

    /// <summary>Compiles one file as a paravirtual build does, in memory, and lists its rewritten calls.</summary>
    /// <param name="source">The file's text.</param>
    /// <param name="fileName">Its name in messages and results.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="GuestLoadException">No SDK is found, or the source does not compile.</exception>
    public IReadOnlyList<RewrittenCall> FindInSource(string source, string fileName, CancellationToken cancellation) =>
        IsolatedAnswer.Read(_findInSource.Value(source, fileName, cancellation).GetAwaiter().GetResult());

    private static TDelegate Entry<TDelegate>(string method)
        where TDelegate : Delegate => s_entry.Value.GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!.CreateDelegate<TDelegate>();
}
