using System.Net.Sockets;

namespace ParaKit.Cli.Hosting;

/// <summary>
/// The socket of a host, and the file beside it that says whose it is: it is locked as long as the host lives, so that a second host does not take the socket away, and one that was killed
/// leaves no obstacle.
/// </summary>
internal sealed class HostSocket : IDisposable
{
    private const int Backlog = 128;
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;

    private HostSocket(string path, Socket listener, FileStream locked) => (Path, Listener, _lock) = (path, listener, locked);

    /// <summary>Where a host of this user is, unless something else is said: in the user's runtime folder, or a folder of the user's own among temporary files.</summary>
    public static string DefaultPath => System.IO.Path.Combine(
        Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } folder && Directory.Exists(folder)
            ? folder
            : System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"parakit-{Environment.UserName}"),
        "parakit.sock");

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Accepts clients.</summary>
    public Socket Listener { get; }

    /// <summary>The address of a socket's path.</summary>
    /// <exception cref="UsageException">The path is too long for a socket, or none.</exception>
    public static UnixDomainSocketEndPoint EndPoint(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException($"--socket: '{path}' cannot be the path of a socket: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>Sees to it that nobody else can put a socket of theirs at the usual place.</summary>
    /// <exception cref="UsageException">Others can.</exception>
    public static void RequireOwnFolder(string path)
    {
        const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        var folder = System.IO.Path.GetDirectoryName(path)!;
        if (path == DefaultPath && !OperatingSystem.IsWindows() && Directory.Exists(folder) && (File.GetUnixFileMode(folder) & Others) != 0)
        {
            throw new UsageException($"The folder '{folder}' can be written by others, who could pretend to be the host; remove it, or choose another place with --socket.");
        }
    }

    /// <summary>Takes a path, and listens there. Only this user can connect.</summary>
    /// <exception cref="UsageException">A host is there already, the path is something else, or cannot be used.</exception>
    public static HostSocket Listen(string path)
    {
        var address = EndPoint(path);
        try
        {
            MakeFolder(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
            RequireOwnFolder(path);
            var wasLeft = File.Exists(path + ".lock");
            var locked = Lock(path);
            try
            {
                return new HostSocket(path, Bind(path, address, wasLeft), locked);
            }
            catch
            {
                locked.Dispose();
                if (!wasLeft)
                {
                    // Or the next host would take what is there for a host's.
                    File.Delete(path + ".lock");
                }

                throw;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SocketException)
        {
            throw new UsageException($"--socket: '{path}' cannot be used: {exception.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Listener.Dispose();
        File.Delete(Path);
        File.Delete(_lock.Name);
        _lock.Dispose();
    }

    /// <summary>Makes the socket's folder, and none above it: a path of which more is missing is a slip of the pen.</summary>
    private static void MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        if (System.IO.Path.GetDirectoryName(folder) is { } above && !Directory.Exists(above))
        {
            throw new DirectoryNotFoundException($"there is no folder '{above}'.");
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);
        }
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path + ".lock"))
        {
            throw new UsageException($"A host runs at '{path}' already; end it, or choose another place with --socket.");
        }
    }

    private static Socket Bind(string path, UnixDomainSocketEndPoint address, bool wasLeft)
    {
        if (File.Exists(path))
        {
            if (!wasLeft)
            {
                throw new UsageException($"--socket: '{path}' exists, and no host has left it; remove it, or choose another place.");
            }

            File.Delete(path);
        }

        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(address);
            if (!OperatingSystem.IsWindows())
            {
                // Nobody can connect before it listens.
                File.SetUnixFileMode(path, Owner);
            }

            listener.Listen(Backlog);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }
}
