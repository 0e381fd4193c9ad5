using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ParaKit.Cli.Hosting;
using ParaKit.Cli.Tests.Auditing;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Control;
using ParaKit.Hypervisor.Scheduling;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Tests.Hosting;

/// <summary>A host in this process, at a socket of its own.</summary>
internal sealed class ServedHost : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parakit-host-").FullName;
    private readonly CancellationTokenSource _end = new();
    private readonly HostSocket _socket;
    private readonly HostThread _host;
    private readonly Task _server;

    public ServedHost(TimeSpan? patience = null, Pace pace = Pace.Free)
    {
        Path = System.IO.Path.Combine(_folder, "host.sock");
        _socket = HostSocket.Listen(Path);
        _host = new HostThread(new HostOptions { MemoryBytes = 128 << 20, Scheduler = () => Schedulers.Make("credit"), Costs = CostProfile.Default with { Instruction = 20 } }, "credit", pace);
        _server = new HostServer(_host, _socket) { Patience = patience ?? TimeSpan.FromSeconds(10) }.RunAsync(_end.Token);
    }

    public string Path { get; }

    /// <summary>The kernel of experiments.</summary>
    public static string Workload => Image("ParaKit.Workload");

    /// <summary>Path of a guest's paravirtual image.</summary>
    public static string Image(string guest) =>
        System.IO.Path.Join(GuestFolder.RepositoryRoot, "artifacts", "bin", guest, GuestFolder.Configuration.ToLowerInvariant(), $"{guest}.paravirt.elf");

    public Task<HostSnapshot> AskAsync(HostOperation request) => HostClient.AskAsync(Path, request, CancellationToken.None);

    public Task<HostSnapshot> CreateAsync(string name, string kernel, string commandLine) =>
        AskAsync(new CreateRequest([NewDomain.Plain(name, kernel, 8 << 20) with { CommandLine = commandLine }]));

    /// <summary>A client that can do anything; the greeting is taken.</summary>
    public Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 20_000 };
        socket.Connect(HostSocket.EndPoint(Path));
        Assert.Equal(/*lang=json*/ """{"version":1,"isInternal":false,"lost":0}""", ReadLine(socket));
        return socket;
    }

    /// <summary>Sends bytes on a connection of their own, and reads the answer; null if there is none.</summary>
    public JsonElement? Send(byte[] bytes)
    {
        using var socket = Connect();
        try
        {
            socket.Send(bytes);
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The host has heard enough.
        }

        return ReadLine(socket) is { Length: > 0 } line ? JsonDocument.Parse(line).RootElement : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _server;
        _host.Dispose();
        _socket.Dispose();
        _end.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string ReadLine(Socket socket)
    {
        List<byte> line = [];
        var one = new byte[1];
        try
        {
            while (socket.Receive(one) == 1 && one[0] != '\n')
            {
                line.Add(one[0]);
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // The host has closed a connection on which more was sent than it reads.
        }

        return Encoding.UTF8.GetString([.. line]);
    }
}
