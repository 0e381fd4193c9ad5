using System.Reflection;
using System.Runtime.CompilerServices;
using ParaKit.Building;
using ParaKit.Building.Showing;
using ParaKit.Workspaces;
using ParaKit.Workspaces.Calls;

namespace ParaKit.Testing;

/// <summary>
/// What a paravirtual build makes of a kernel, as stable text for snapshots: each line with rewritten calls, its interceptors, and its machine
/// code where there is an image. Everything may be used by tests that run in parallel.
/// </summary>
public static class Rewriting
{
    private const string SourceName = "Kernel.cs";

    private static readonly IsolatedRewriting s_sources = new(GuestParts.References, GuestParts.Generators);

    /// <summary>
    /// Compiles one C# file as a paravirtual build does, in memory, against the guest library of this package. There is no machine code:
    /// nothing is built.
    /// </summary>
    /// <param name="source">The file's text; a guest has no implicit usings.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="GuestException">The source does not compile; the message has the errors.</exception>
    public static string Of(string source, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        try
        {
            return Write(ShownCall.Of(s_sources.FindInSource(source, SourceName, cancellation), image: null));
        }
        catch (GuestLoadException exception)
        {
            throw Explain(exception);
        }
    }

    /// <summary>Builds a guest project, once per process and configuration, and shows all of its rewritten calls.</summary>
    /// <param name="path">A project or its folder; relative to the file that calls this.</param>
    /// <param name="configuration">Build configuration; null is the one that the calling assembly was built in.</param>
    /// <param name="cancellation">Ends the work early; a build that others wait for goes on.</param>
    /// <param name="callerFile">Filled in by the compiler.</param>
    /// <exception cref="GuestException">The project does not load or its build failed; the message has the errors.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Task<string> OfProject(
        string path, string? configuration = null, CancellationToken cancellation = default, [CallerFilePath] string callerFile = "")
    {
        configuration ??= GuestFile.ConfigurationOf(Assembly.GetCallingAssembly());
        return OfProjectAsync(GuestFile.Resolve(path, callerFile), configuration, cancellation);
    }

    private static async Task<string> OfProjectAsync(string path, string configuration, CancellationToken cancellation)
    {
        var project = GuestLocator.FindProject(path);
        if (!GuestLocator.IsProject(project))
        {
            throw new GuestException($"'{project}' is not a project; source is shown beside the code, so name the .csproj file or its folder.");
        }

        var images = await SharedBuilds.LocateAsync(project, configuration, build: true, cancellation).ConfigureAwait(false);
        IReadOnlyList<RewrittenCall> calls;
        try
        {
            calls = await IsolatedRewriting.FindInProjectAsync(project, configuration, new NoProgress(), cancellation).ConfigureAwait(false);
        }
        catch (GuestLoadException exception)
        {
            throw Explain(exception);
        }

        return Write(ShownCall.Of(calls, images.Has(ImageKind.Paravirt) ? images.Load(ImageKind.Paravirt, preferNamed: false) : null));
    }

    private static string Write(IReadOnlyList<ShownCall> calls)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        ShowView.Write(calls, writer);
        return writer.ToString();
    }

    private static GuestException Explain(GuestLoadException exception) =>
        new(string.Join(Environment.NewLine, [exception.Message, .. exception.Errors]));

    private sealed class NoProgress : IProgress<string>
    {
        public void Report(string value)
        {
        }
    }
}
