using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ParaKit.Cli.Hosting;
using ParaKit.Hypervisor.Control;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Tests.Hosting;

/// <summary>Whatever clients send, or do not send, or do not take: the host and its other clients go on.</summary>
public sealed class HostileClientTests : IAsyncDisposable
{
    private readonly ServedHost _host = new();

    /// <summary>Each command as a line of the protocol.</summary>
    public static TheoryData<string> Commands =>
    [
        .. new HostRequest[]
        {
            new ListRequest("quiet"), new CreateRequest([NewDomain.Plain("new", ServedHost.Workload, 8 << 20)]), new PauseRequest("quiet"), new UnpauseRequest("quiet"),
            new DestroyRequest("nobody"), new TuneRequest("quiet", 256, 0), new SetMemoryRequest("quiet", 8 << 20), new ConsoleRequest("quiet"), new TypeRequest("x"u8.ToArray()),
        }.Select(request => JsonSerializer.Serialize(request, HostJson.Default.HostRequest)),
    ];

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("42")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"command\":null}")]
    [InlineData("{\"command\":\"fly\"}")]
    [InlineData("{\"command\":\"pause\"}")]
    [InlineData("{\"command\":\"pause\",\"domain\":null}")]
    [InlineData("{\"command\":\"pause\",\"domain\":7}")]
    [InlineData("{\"command\":\"pause\",\"domain\":\"quiet\",\"more\":1}")]
    [InlineData("{\"command\":\"pause\",\"domain\":\"quiet\",\"domain\":\"quiet\"}")]
    [InlineData("{\"command\":\"tune\",\"domain\":\"quiet\",\"weight\":99999999999}")]
    [InlineData("{\"command\":\"set-memory\",\"domain\":\"quiet\",\"bytes\":-1}")]
    [InlineData("{\"command\":\"create\",\"domains\":null}")]
    [InlineData("{\"command\":\"create\",\"domains\":[{\"name\":\"x\"}]}")]
    [InlineData("{\"command\":\"type\",\"bytes\":\"not base 64\"}")]
    [InlineData("{\"command\":\"list\"} {\"command\":\"list\"}")]
    [InlineData("\0\0\0")]
    public async Task WhatIsNoRequest_IsAnsweredWithAnError(string line)
    {
        await GuestAsync();
        var answer = _host.Send(Encoding.UTF8.GetBytes(line + "\n"));
        Assert.StartsWith("This is no request: ", answer?.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.False(answer?.GetProperty("isInternal").GetBoolean());
        await StillThereAsync();
    }

    /// <summary>What is a request, or looks like one, and cannot be done: none is the host's own fault.</summary>
    [Theory]
    [InlineData("[]", "1 to 64 domains")]
    [InlineData("[null]", "1 to 64 domains")]
    [InlineData("[{}]", "This is no request")]
    [InlineData("[NEW(\"kernel\":\"\")]", "'x': ")]
    [InlineData("[NEW(\"kernel\":\"/dev/null\")]", "'x': ")]
    [InlineData("[NEW(\"kernel\":\"/\\u0000\")]", "'x': ")]
    [InlineData("[NEW(\"memoryBytes\":1)]", "memory")]
    [InlineData("[NEW(\"memoryBytes\":18446744073709551615)]", "memory")]
    [InlineData("[NEW(\"vcpus\":-1)]", "virtual processors")]
    [InlineData("[NEW(\"disks\":[null])]", "1 to 64 domains")]
    [InlineData("[NEW(\"disks\":[{\"path\":\"\",\"isReadOnly\":true}])]", "disk")]
    [InlineData("[NEW(\"disks\":[{\"path\":\"/\\u0000\",\"isReadOnly\":true}])]", "disk")]
    [InlineData("[NEW(\"interfaces\":[\"\"])]", "'x': ")]
    [InlineData("[NEW(\"interfaces\":[null])]", "'x': ")]
    [InlineData("[NEW(\"name\":\"x\\n\")]", "is not the name of a domain")]
    [InlineData("[NEW(\"scheduling\":{\"weight\":0,\"cap\":0,\"warp\":0,\"warpLimit\":0,\"unwarpRequirement\":0,\"affinity\":1})]", "weight")]
    [InlineData("[NEW(\"scheduling\":{\"weight\":1,\"cap\":0,\"warp\":0,\"warpLimit\":0,\"unwarpRequirement\":0,\"affinity\":2})]", "pinned")]
    [InlineData("[NEW(\"commandLine\":null)]", "This is no request")]
    public async Task Domain_ThatCannotBe_IsRefused(string domains, string message)
    {
        await GuestAsync();
        var start = domains.IndexOf("NEW(", StringComparison.Ordinal);
        if (start >= 0)
        {
            var change = JsonNode.Parse("{" + domains[(start + 4)..domains.LastIndexOf(')')] + "}")!.AsObject();
            var node = JsonSerializer.SerializeToNode(NewDomain.Plain("x", ServedHost.Workload, 8 << 20), HostJson.Default.NewDomain)!;
            node[change.First().Key] = change.First().Value?.DeepClone();
            domains = $"[{node.ToJsonString()}]";
        }

        await RefusedAsync($"{{\"command\":\"create\",\"domains\":{domains}}}", message);
    }

    [Theory]
    [InlineData("{\"command\":\"type\",\"bytes\":\"eA==\"}", "There is no console to type on.")]
    [InlineData("{\"command\":\"console\",\"domain\":\"nobody\"}", "There is no domain 'nobody'")]
    [InlineData("{\"command\":\"tune\",\"domain\":\"quiet\",\"weight\":0}", "A weight is 1 to 65535")]
    [InlineData("{\"command\":\"set-memory\",\"domain\":\"quiet\",\"bytes\":0}", "'quiet' can have a page")]
    public async Task WhatCannotBeDone_IsRefused(string line, string message)
    {
        await GuestAsync();
        await RefusedAsync(line, message);
    }

    [Fact]
    public async Task RandomBytes_AreNoRequests()
    {
        await GuestAsync();
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var bytes = new byte[random.Next(1, i % 10 == 0 ? 200_000 : 500)];
            random.NextBytes(bytes);
            var answer = _host.Send(bytes);
            Assert.True(answer is null || answer.Value.GetProperty("error").GetString()!.StartsWith("This is no request", StringComparison.Ordinal), $"seed {seed}: {answer}");
        }

        await StillThereAsync();
    }

    /// <summary>Requests with a byte changed do something, or are refused; none is the host's own fault.</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public async Task DamagedRequests_HarmNobody(string command)
    {
        await GuestAsync();
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var i = 0; i < 30; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(command + "\n");
            bytes[random.Next(bytes.Length - 1)] = (byte)random.Next(256);
            var answer = _host.Send(bytes);
            Assert.False(answer is { } given && given.TryGetProperty("isInternal", out var isInternal) && isInternal.GetBoolean(), $"seed {seed}: {answer}");
        }

        Assert.NotEmpty((await _host.AskAsync(new ListRequest())).Domains);
    }

    /// <summary>Clients that go in the middle of a request, before the answer, or in the middle of it.</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Clients_ThatGoAtAnyMoment_HarmNobody(string command)
    {
        await GuestAsync();
        var bytes = Encoding.UTF8.GetBytes(command + "\n");
        for (var length = 0; length <= bytes.Length; length += length > bytes.Length - 3 ? 1 : 7)
        {
            using var socket = _host.Connect();
            socket.Send(bytes.AsSpan(0, length));
            socket.LingerState = new LingerOption(true, 0);
        }

        await StillThereAsync();
    }

    /// <summary>A hundred clients that connect and do nothing, a hundred that send half a request: others are served.</summary>
    [Fact]
    public async Task ManyClients_ThatDoNothing_KeepNobodyOut()
    {
        await GuestAsync();
        List<Socket> sockets = [];
        for (var i = 0; i < 100; i++)
        {
            sockets.Add(_host.Connect());
            sockets[^1].Send(i % 2 == 0 ? [] : "{\"command\":"u8.ToArray());
        }

        await StillThereAsync();
        sockets.ForEach(socket => socket.Dispose());
    }

    /// <summary>More than there may be are told so; when others go there is room again.</summary>
    [Fact]
    public async Task TooManyClients_AreRefused_UntilOthersGo()
    {
        Socket[] sockets = [.. Enumerable.Range(0, HostServer.MaximumConnections).Select(_ => _host.Connect())];
        Assert.Contains("has 128 clients", (await Assert.ThrowsAsync<UsageException>(() => _host.AskAsync(new ListRequest()))).Message, StringComparison.Ordinal);
        Array.ForEach(sockets, socket => socket.Dispose());
        for (var i = 0; i < 100; i++)
        {
            try
            {
                Assert.Empty((await _host.AskAsync(new ListRequest())).Domains);
                return;
            }
            catch (UsageException)
            {
                await Task.Delay(20);
            }
        }

        Assert.Fail("There is no room.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"command\":")]
    public async Task SlowClient_IsLetGo(string start)
    {
        await using var host = new ServedHost(patience: TimeSpan.FromMilliseconds(300));
        using var socket = host.Connect();
        socket.Send(Encoding.UTF8.GetBytes(start));
        Assert.Equal(0, ReceiveToEnd(socket));
    }

    /// <summary>A domain prints without end, one who is attached reads nothing, another types without end: the domain and other clients go on.</summary>
    [Fact]
    public async Task ConsoleClients_ThatNeverRead_HoldNobodyUp()
    {
        await _host.CreateAsync("echo", ServedHost.Image("Disk"), "echo");
        using var silent = Attach("echo");
        using var typist = Attach("echo");
        var line = Encoding.UTF8.GetBytes(JsonSerializer.Serialize<HostRequest>(new TypeRequest(new byte[3000]), HostJson.Default.HostRequest) + "\n");
        typist.SendTimeout = 2000;
        for (var i = 0; i < 300; i++)
        {
            // Nobody takes what is printed: at last the host takes no more of what is typed here either, but for others.
            if (typist.Poll(200_000, SelectMode.SelectWrite))
            {
                typist.Send(line);
            }
            else
            {
                break;
            }
        }

        HostSnapshot before = await _host.AskAsync(new ListRequest("echo"));
        Assert.True(before.Domains[0].IsAlive);
        await _host.AskAsync(new DestroyRequest("echo"));
        Assert.Empty((await _host.AskAsync(new ListRequest())).Domains);
    }

    /// <summary>Who types garbage on a console is let go; the domain is not asked.</summary>
    [Fact]
    public async Task Garbage_OnAConsole_EndsTheConsole()
    {
        await _host.CreateAsync("echo", ServedHost.Image("Disk"), "echo");
        using var socket = Attach("echo");
        socket.Send("{\"command\":\"destroy\",\"domain\":\"echo\"}\n"u8.ToArray());
        ReceiveToEnd(socket);
        await StillThereAsync("echo");
    }

    private static int ReceiveToEnd(Socket socket)
    {
        var (all, buffer) = (0, new byte[1000]);
        try
        {
            while (socket.Receive(buffer) is > 0 and var count)
            {
                all += count;
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // The host has not read all that was sent.
        }

        return all;
    }

    private async Task RefusedAsync(string line, string message)
    {
        var answer = _host.Send(Encoding.UTF8.GetBytes(line + "\n"));
        Assert.Contains(message, answer?.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.False(answer?.GetProperty("isInternal").GetBoolean());
        await StillThereAsync();
    }

    private Task<HostSnapshot> GuestAsync() => _host.CreateAsync("quiet", ServedHost.Image("Disk"), "echo");

    private Socket Attach(string domain)
    {
        var socket = _host.Connect();
        socket.Send(Encoding.UTF8.GetBytes(JsonSerializer.Serialize<HostRequest>(new ConsoleRequest(domain), HostJson.Default.HostRequest) + "\n"));
        return socket;
    }

    private async Task StillThereAsync(string at = "quiet")
    {
        HostSnapshot host = await _host.AskAsync(new ListRequest(at));
        Assert.True(host.Domains[0].IsAlive);
        Assert.NotEqual(GuestStatus.Crashed, host.Domains[0].Status);
    }
}
