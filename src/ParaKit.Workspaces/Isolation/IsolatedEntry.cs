using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using ParaKit.Workspaces.Calls;
using ParaKit.Workspaces.Loading;

namespace ParaKit.Workspaces.Isolation;

/// <summary>What <see cref="IsolatedRewriting"/> calls in the other context. Only types of the framework may pass.</summary>
internal static class IsolatedEntry
{
    /// <summary><see cref="GuestRewriting.FindAsync"/>.</summary>
    internal static Task<string> FindInProjectAsync(string project, string configuration, IProgress<string> progress, CancellationToken cancellation) =>
        IsolatedAnswer.WriteAsync(() => GuestRewriting.FindAsync(project, configuration, progress, cancellation));

    /// <summary>Prepares for <see cref="SourceRewriter.Find"/>.</summary>
    internal static Func<string, string, CancellationToken, Task<string>> PrepareForSources(IReadOnlyList<byte[]> references, byte[] generators)
    {
        SdkRoslyn.Require();
        return Prepare(references, generators);
    }

    // Mentions Roslyn's types: compiled only after they can be found.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Func<string, string, CancellationToken, Task<string>> Prepare(IReadOnlyList<byte[]> references, byte[] generators)
    {
        var rewriter = new SourceRewriter(references, generators);
        return (source, fileName, cancellation) =>
            IsolatedAnswer.WriteAsync(() => Task.FromResult(rewriter.Find(source, fileName, cancellation)));
    }
}
