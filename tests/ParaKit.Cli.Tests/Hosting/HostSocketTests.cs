using System.Net.Sockets;
using ParaKit.Cli.Hosting;

namespace ParaKit.Cli.Tests.Hosting;

public sealed class HostSocketTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parakit-socket-").FullName;

    private string Socket => Path.Combine(_folder, "host.sock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Socket_IsTheUsersOnly_AndGoesWithTheHost()
    {
        using (HostSocket.Listen(Socket))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(Socket));
        }

        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Folder_IsMade_ForTheUserOnly()
    {
        var folder = Path.Combine(_folder, "made");
        using var socket = HostSocket.Listen(Path.Combine(folder, "host.sock"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, Mode(folder));
    }

    [Fact]
    public void FolderInAFolderThatIsMissing_IsNotMade()
    {
        var path = Path.Combine(_folder, "no", "such", "host.sock");
        Assert.Equal($"--socket: '{path}' cannot be used: there is no folder '{Path.Combine(_folder, "no")}'.", Assert.Throws<UsageException>(() => HostSocket.Listen(path)).Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void SecondHost_IsRefused_AndTheFirstGoesOn()
    {
        using var first = HostSocket.Listen(Socket);
        Assert.Equal($"A host runs at '{Socket}' already; end it, or choose another place with --socket.", Assert.Throws<UsageException>(() => HostSocket.Listen(Socket)).Message);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(HostSocket.EndPoint(Socket));
        Assert.True(client.Connected);
    }

    /// <summary>What a killed host leaves: a socket that nobody listens at, and a file that nobody locks.</summary>
    [Fact]
    public void SocketOfAKilledHost_IsTakenOver()
    {
        File.WriteAllText(Socket, "");
        File.WriteAllText(Socket + ".lock", "");
        using var socket = HostSocket.Listen(Socket);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(HostSocket.EndPoint(Socket));
        Assert.True(client.Connected);
    }

    [Fact]
    public void OtherFile_IsNotRemoved()
    {
        File.WriteAllText(Socket, "precious");
        for (var i = 0; i < 2; i++)
        {
            Assert.Contains("exists, and no host has left it", Assert.Throws<UsageException>(() => HostSocket.Listen(Socket)).Message, StringComparison.Ordinal);
            Assert.Equal("precious", File.ReadAllText(Socket));
        }
    }

    [Fact]
    public void PathThatIsTooLong_IsRefused() =>
        Assert.StartsWith("--socket: '", Assert.Throws<UsageException>(() => HostSocket.Listen(Path.Combine(_folder, new string('x', 200)))).Message, StringComparison.Ordinal);

    private static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);
}
