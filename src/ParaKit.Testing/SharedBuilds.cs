using System.Collections.Concurrent;
using ParaKit.Building;

namespace ParaKit.Testing;

/// <summary>Builds each project once per process and configuration; whoever asks meanwhile waits for that build, and for its failure too.</summary>
internal static class SharedBuilds
{
    private static readonly ConcurrentDictionary<(string Path, string Configuration, bool Build), Lazy<Task<GuestImages>>> s_images = new();

    /// <summary>Finds the images of a project, which is built first, or of an image file.</summary>
    /// <exception cref="GuestException">There is no such guest, or its build failed; the message has the errors.</exception>
    public static Task<GuestImages> LocateAsync(string path, string configuration, bool build, CancellationToken cancellation)
    {
        var isImage = File.Exists(path) && !GuestLocator.IsProject(path);
        if (isImage)
        {
            return BuildAsync(path, configuration, build: false);
        }

        // A build goes on if one of those who wait gives up.
        var project = Path.GetFullPath(GuestLocator.FindProject(path));
        return s_images.GetOrAdd((project, configuration, build), Start).Value.WaitAsync(cancellation);
    }

    private static Lazy<Task<GuestImages>> Start((string Path, string Configuration, bool Build) guest) =>
        new(() => Task.Run(() => BuildAsync(guest.Path, guest.Configuration, guest.Build)));

    private static async Task<GuestImages> BuildAsync(string path, string configuration, bool build)
    {
        var listener = new CollectingListener();
        var request = new GuestRequest(path) { Configuration = configuration, Build = build };
        try
        {
            using var turn = build ? await BuildTurn.TakeAsync().ConfigureAwait(false) : null;
            return await new GuestLocator(new GuestBuilder(listener)).LocateAsync(request, CancellationToken.None).ConfigureAwait(false);
        }
        catch (GuestException exception) when (listener.Lines.Count > 0)
        {
            throw new GuestException(string.Join(Environment.NewLine, [exception.Message, .. listener.Lines]));
        }
    }

    private sealed class CollectingListener : IBuildListener
    {
        public List<string> Lines { get; } = [];

        public Task<int> WatchAsync(string title, Func<Action<string>, Task<int>> build) => build(static _ => { });

        public void Report(string line) => Lines.Add(line);
    }
}
