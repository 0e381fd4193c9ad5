using System.Runtime.InteropServices;
using System.Text;
using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Store;

namespace ParaKit.Hypervisor.Tests.Devices;

public sealed class XenStoreTests
{
    private static readonly DomainId s_guest = new(1);

    private readonly XenStore _store = new();
    private readonly StoreConnection _connection;

    public XenStoreTests()
    {
        _store.MakeFor("/local/domain/1/data", s_guest, StoreTree.Control);
        _store.Set("/local/domain/0/secret", "x");
        _store.MakeFor("/local/domain/0/hidden", StoreTree.Control, new DomainId(7));
        _connection = new StoreConnection(_store, s_guest);
    }

    [Fact]
    public void OwnPaths_AreWrittenReadListedAndRemoved()
    {
        Assert.Equal("OK", Ask(StoreMessageType.Write, "data/a/b\0value"));
        Assert.Equal("value", Ask(StoreMessageType.Read, "data/a/b\0", isText: false));
        Assert.Equal("value", Ask(StoreMessageType.Read, "/local/domain/1/data/a/b\0", isText: false));
        Assert.Equal("a\0", Ask(StoreMessageType.Directory, "data\0", isText: false));
        Assert.Equal("OK", Ask(StoreMessageType.Remove, "data/a\0"));
        Assert.Equal("ENOENT", Ask(StoreMessageType.Read, "data/a/b\0"));
        Assert.Equal("OK", Ask(StoreMessageType.Remove, "data/a\0"));
    }

    [Theory]
    [InlineData(StoreMessageType.Write, "/local/domain/0/secret\0y", "EACCES")]
    [InlineData(StoreMessageType.Write, "/new\0y", "EACCES")]
    [InlineData(StoreMessageType.Remove, "/local/domain/0/secret\0", "EACCES")]
    [InlineData(StoreMessageType.Read, "/local/domain/0/hidden\0", "EACCES")]
    [InlineData(StoreMessageType.SetPermissions, "/local/domain/0/secret\0b1\0", "EACCES")]
    [InlineData(StoreMessageType.SetPermissions, "data\0b2\0", "EACCES")]
    [InlineData(StoreMessageType.SetPermissions, "data\0x1\0", "EINVAL")]
    [InlineData(StoreMessageType.Read, "data//a\0", "EINVAL")]
    [InlineData(StoreMessageType.Read, "data/\0", "EINVAL")]
    [InlineData(StoreMessageType.Read, "da ta\0", "EINVAL")]
    [InlineData(StoreMessageType.Read, "", "EINVAL")]
    [InlineData(StoreMessageType.Remove, "/\0", "EINVAL")]
    [InlineData(StoreMessageType.TransactionEnd, "T\0", "ENOENT")]
    [InlineData((StoreMessageType)99, "x\0", "ENOSYS")]
    public void WhatMustNotBe_IsRefused(StoreMessageType type, string payload, string error) => Assert.Equal(error, Ask(type, payload));

    /// <summary>A number is given to another domain later: nothing of what the first one had must be the second one's.</summary>
    [Fact]
    public void ForgottenDomain_HasNothing()
    {
        Ask(StoreMessageType.Write, "data/a\0value");
        _store.MakeFor("/local/domain/0/backend/vbd/1/51712", StoreTree.Control, s_guest);
        _store.MakeFor("/local/domain/2/data", new DomainId(2), s_guest);
        _store.MakeFor("/shared", s_guest, new DomainId(2));
        _store.Forget(s_guest);
        Assert.Null(_store["/local/domain/1"]);
        Assert.Null(_store["/local/domain/0/backend/vbd/1"]);
        Assert.Equal(StoreError.EACCES, _store.Tree.Read(s_guest, "/local/domain/2/data", out _));
        Assert.Equal(StoreError.EACCES, _store.Tree.Read(s_guest, "/shared", out _));
        Assert.Equal(StoreError.None, _store.Tree.Read(new DomainId(2), "/shared", out _));
        Assert.Equal(StoreError.None, _store.Tree.Read(new DomainId(2), "/local/domain/2/data", out _));
    }

    [Fact]
    public void Watches_TellOnceAtFirstAndOfEveryChangeAtAndBelow()
    {
        Assert.Equal("OK", Ask(StoreMessageType.Watch, "data/w\0token\0", out var events));
        Assert.Equal(["data/w\0token\0"], events);
        Assert.Equal("EEXIST", Ask(StoreMessageType.Watch, "data/w\0token\0"));
        Ask(StoreMessageType.Write, "data/w/x\0" + "1", out events);
        Assert.Equal(["data/w/x\0token\0"], events);
        Ask(StoreMessageType.Write, "data/other\0" + "1", out events);
        Assert.Empty(events);
        Ask(StoreMessageType.Remove, "data\0", out events);
        Assert.Single(events);
        Assert.Equal("OK", Ask(StoreMessageType.Unwatch, "data/w\0token\0"));
        Assert.Equal("ENOENT", Ask(StoreMessageType.Unwatch, "data/w\0token\0"));
    }

    [Fact]
    public void Transaction_IsSeenWholeOrNotAtAll()
    {
        var number = uint.Parse(Ask(StoreMessageType.TransactionStart, "\0"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal("OK", Ask(StoreMessageType.Write, "data/t\0" + "1", transaction: number));
        Assert.Equal("ENOENT", Ask(StoreMessageType.Read, "data/t\0"));
        Assert.Equal("1", Ask(StoreMessageType.Read, "data/t\0", isText: false, transaction: number));
        Assert.Equal("OK", Ask(StoreMessageType.TransactionEnd, "T\0", transaction: number));
        Assert.Equal("1", Ask(StoreMessageType.Read, "data/t\0", isText: false));
    }

    [Theory]
    [InlineData("T", "EAGAIN", "2")]
    [InlineData("F", "OK", "2")]
    public void TransactionThatMeetsAChange_FailsAsAWhole(string end, string answer, string value)
    {
        Ask(StoreMessageType.Write, "data/t\0" + "0");
        var number = uint.Parse(Ask(StoreMessageType.TransactionStart, "\0"), System.Globalization.CultureInfo.InvariantCulture);
        Ask(StoreMessageType.Write, "data/t\0" + "1", transaction: number);
        Ask(StoreMessageType.Write, "data/t\0" + "2");
        Assert.Equal(answer, Ask(StoreMessageType.TransactionEnd, end + "\0", transaction: number));
        Assert.Equal(value, Ask(StoreMessageType.Read, "data/t\0", isText: false));
    }

    [Fact]
    public void Quotas_HoldForNodesWatchesTransactionsAndValues()
    {
        var answers = Enumerable.Range(0, 1100).Select(i => Ask(StoreMessageType.Write, $"data/n{i}\0x")).ToArray();
        Assert.Contains("ENOSPC", answers);
        Assert.Equal("ENOSPC", Ask(StoreMessageType.Write, "data/n0\0" + new string('v', 3000)));
        Assert.Contains("ENOSPC", Enumerable.Range(0, 200).Select(i => Ask(StoreMessageType.Watch, $"data/n0\0{i}\0")));
        Assert.Contains("ENOSPC", Enumerable.Range(0, 20).Select(_ => Ask(StoreMessageType.TransactionStart, "\0")));
    }

    [Fact]
    public void RandomMessages_NeverBreakTheStore()
    {
        var random = new Random(1);
        var bytes = new byte[200];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            var length = random.Next(bytes.Length);
            if (random.Next(2) == 0)
            {
                Encoding.ASCII.GetBytes("data/x\0", bytes);
            }

            _connection.Receive(new StoreMessage { Type = (StoreMessageType)random.Next(18), Request = (uint)i, Transaction = (uint)random.Next(3), Length = (uint)length }, bytes.AsSpan(0, length));
            Assert.NotEmpty(_connection.Output);
            while (_connection.Output.TryDequeue(out var message))
            {
                _connection.Taken(message);
            }
        }

        Assert.Equal("x", _store["/local/domain/0/secret"]);
    }

    private string Ask(StoreMessageType type, string payload, bool isText = true, uint transaction = 0) => Ask(type, payload, out _, isText, transaction);

    private string Ask(StoreMessageType type, string payload, out List<string> events, bool isText = true, uint transaction = 0)
    {
        var bytes = Encoding.ASCII.GetBytes(payload);
        _connection.Receive(new StoreMessage { Type = type, Request = 7, Transaction = transaction, Length = (uint)bytes.Length }, bytes);
        events = [];
        var answer = "";
        while (_connection.Output.TryDequeue(out var message))
        {
            _connection.Taken(message);
            var head = MemoryMarshal.Read<StoreMessage>(message);
            var text = Encoding.ASCII.GetString(message.AsSpan(Marshal.SizeOf<StoreMessage>()));
            Assert.Equal(head.Length, (uint)text.Length);
            if (head.Type == StoreMessageType.WatchEvent)
            {
                events.Add(text);
            }
            else
            {
                answer = isText || head.Type == StoreMessageType.Error ? text.TrimEnd('\0') : text;
            }
        }

        return answer;
    }
}
