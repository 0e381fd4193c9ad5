using ParaKit.Abi;
using ParaKit.Hypervisor.Block;
using ParaKit.Hypervisor.Devices;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Store;
using ParaKit.Hypervisor.Tests.Support;

namespace ParaKit.Hypervisor.Tests.Devices;

/// <summary>The back end against front ends of the test's making: life cycle, and rings full of nonsense.</summary>
public sealed class BlockBackendTests : IDisposable
{
    private const int Number = 51712;
    private const string Front = "/local/domain/1/device/vbd/51712";
    private const string Back = "/local/domain/0/backend/vbd/1/51712";
    private const uint RingGrant = 8;
    private const int Sectors = 256;

    private readonly string _path = Path.GetTempFileName();
    private readonly TestHost _host = TestHost.Idle();
    private readonly XenStore _store = new();
    private readonly BlockFile _file;
    private readonly BlockBackend _backend;

    public BlockBackendTests()
    {
        File.WriteAllBytes(_path, [.. Enumerable.Range(0, Sectors * 512).Select(i => (byte)(i / 512))]);
        _file = new BlockFile(_path, isReadOnly: false);
        var device = new VirtualBlockDevice([new BlockExtent(_file, 0, 128, IsReadOnly: false), new BlockExtent(_file, 128, 128, IsReadOnly: true)]);
        _host.Domain.Grants.TryGrow(1);
        _backend = new BlockBackend(new DeviceHost(_host.Domain.Id, _store, _host.Domain.Grants, _host.Domain.Events, _host.Host.Machine.Memory, _host.Domain.Backends.Work), Number, device);
    }

    private ulong RingPage => _host.Domain.Frames[^1] << 12;

    public void Dispose()
    {
        _file.Dispose();
        _host.Dispose();
        File.Delete(_path);
    }

    private byte[] Content()
    {
        var bytes = new byte[Sectors * 512];
        Assert.True(_file.TryRead(0, bytes));
        return bytes;
    }

    [Fact]
    public void LifeCycle_FollowsTheStates()
    {
        Assert.Equal("2", _store[Back + "/state"]);
        Assert.Equal("256", _store[Back + "/sectors"]);
        Connect();
        Assert.Equal("4", _store[Back + "/state"]);
        _store.Set(Front + "/state", "5");
        Assert.Equal("6", _store[Back + "/state"]);
        Assert.Equal(0, _host.Domain.Grants.InUse);
        _store.Set(Front + "/state", "1");
        Assert.Equal("2", _store[Back + "/state"]);
        Connect();
        Assert.Equal("4", _store[Back + "/state"]);
    }

    [Theory]
    [InlineData("ring-ref", "77")]
    [InlineData("ring-ref", "x")]
    [InlineData("ring-ref", "99999999999999")]
    [InlineData("event-channel", "0")]
    [InlineData("event-channel", "4000000000")]
    public void ConnectionWithNonsense_IsRefused(string key, string value)
    {
        Grant(RingGrant, _host.Domain.Frames[^1], isReadOnly: false);
        _host.Domain.Events.AllocateUnbound(StoreTree.Control, out var port);
        _store.Set(Front + "/ring-ref", "8");
        _store.Set(Front + "/event-channel", $"{port}");
        _store.Set($"{Front}/{key}", value);
        _store.Set(Front + "/state", "3");
        Assert.Equal("5", _store[Back + "/state"]);
        Assert.Equal(0, _host.Domain.Grants.InUse);
    }

    [Fact]
    public void Data_GoesDirectlyIntoTheGrantedFrame_AcrossExtents()
    {
        Connect();
        Grant(9, _host.Domain.Frames[^2], isReadOnly: false);
        Put(0, Request(BlockOperation.Read, 1, sector: 124, grant: 9));
        _host.Domain.Backends.Work.Take();
        Answer answer = Assert.Single(Serve(1));
        Assert.Equal(BlockStatus.Okay, answer.Status);

        // The page is used and given back, and perhaps an event is sent: a hypercall each; request and answer are copied. The data is not.
        const ulong Call = 180;
        Assert.InRange(_host.Domain.Backends.Work.Owed, (2 * Call) + (112 / 8), (3 * Call) + ((112 + 16) / 8));
        var page = _host.Host.Machine.Memory.ReadOnlySpan(_host.Domain.Frames[^2] << 12, 4096);
        Assert.Equal(Enumerable.Range(124, 8).Select(i => (byte)i), Enumerable.Range(0, 8).Select(i => _host.Host.Machine.Memory.Read<byte>((_host.Domain.Frames[^2] << 12) + ((ulong)i * 512))));
        Assert.Equal(4096, page.Length);
        Assert.Equal(4096, _backend.Counters.BytesRead);
    }

    [Fact]
    public void Discard_Discards_AndOnlyWhatMayBeWritten()
    {
        Connect();
        byte[] before = Content();
        Put(0, new BlockRequest { Operation = BlockOperation.Discard, Id = 1, Sector = 8, SectorCount = 16 });
        Put(1, new BlockRequest { Operation = BlockOperation.Discard, Id = 2, Sector = 120, SectorCount = 16 });
        Put(2, new BlockRequest { Operation = BlockOperation.Discard, Id = 3, Sector = 250, SectorCount = ulong.MaxValue });
        Assert.Equal([BlockStatus.Okay, BlockStatus.Error, BlockStatus.Error], Serve(3).OrderBy(a => a.Id).Select(a => a.Status));
        byte[] after = Content();
        Assert.All(after[(8 * 512)..(24 * 512)], b => Assert.Equal(0, b));
        Assert.Equal(before[..(8 * 512)], after[..(8 * 512)]);
        Assert.Equal(before[(24 * 512)..], after[(24 * 512)..]);
    }

    [Fact]
    public void ReadOnlyExtent_IsNotWritten()
    {
        Connect();
        Grant(9, _host.Domain.Frames[^2], isReadOnly: true);
        Put(0, Request(BlockOperation.Write, 1, sector: 124, grant: 9));
        Assert.Equal(BlockStatus.Error, Assert.Single(Serve(1)).Status);
        Assert.Equal(124, Content()[124 * 512]);
        Assert.Equal(0, _backend.InFlight);
    }

    [Fact]
    public void FrameInUse_StaysWhatItIsUntilTheAnswer()
    {
        Connect();
        var frame = _host.Domain.Frames[^2];
        Grant(9, frame, isReadOnly: false);
        Put(0, Request(BlockOperation.Read, 1, sector: 0, grant: 9));
        _backend.Serve(0);
        Assert.Equal(1, _backend.InFlight);
        Assert.Equal(Errno.EINVAL, _host.Domain.Paging.Acquire(frame, _host.Domain.Id, PageType.L1Table));
        Assert.Single(Serve(1));
        Assert.Equal(0, _backend.InFlight);
    }

    [Fact]
    public void Indirect_MovesManyPages()
    {
        Connect();
        const int Pages = 12;
        for (var i = 0; i < Pages; i++)
        {
            Grant((uint)(20 + i), _host.Domain.Frames[^(10 + i)], isReadOnly: false);
            _host.Host.Machine.Memory.Write((_host.Domain.Frames[^2] << 12) + ((ulong)i * 8), new BlockSegment { Grant = (uint)(20 + i), Last = 7 });
        }

        Grant(9, _host.Domain.Frames[^2], isReadOnly: true);
        var slot = RingPage + 64;
        _host.Host.Machine.Memory.Write(slot, new BlockRequest { Operation = BlockOperation.Indirect, SegmentCount = (byte)BlockOperation.Read, Handle = Pages, Id = 5, Sector = 8 });
        _host.Host.Machine.Memory.Write(slot + 28, 9u);
        _host.Host.Machine.Memory.Write(RingPage, 1u);
        _host.Domain.Events.Send(_port);
        Assert.Equal(BlockStatus.Okay, Assert.Single(Serve(1)).Status);
        for (var i = 0; i < Pages; i++)
        {
            Assert.Equal(8 + (i * 8), _host.Host.Machine.Memory.Read<byte>(_host.Domain.Frames[^(10 + i)] << 12));
        }
    }

    /// <summary>Anything in ring and table: no exception, nothing left in use, and no write outside what the guest may write.</summary>
    [Fact]
    public void RandomRings_BreakNothing()
    {
        var random = new Random(7);
        var memory = _host.Host.Machine.Memory;
        var table = _host.Domain.Frames[_host.Layout.TableFrame];
        byte[] before = memory.ReadOnlySpan(table << 12, 4096).ToArray();
        for (var round = 0; round < 300; round++)
        {
            Connect();
            for (uint i = 9; i < 40; i++)
            {
                ulong[] frames = [table, _host.Domain.Frames[^(int)i], (ulong)random.Next(), 0];
                Grant(i, frames[random.Next(4) == 0 ? random.Next(4) : 1], isReadOnly: random.Next(2) == 0);
            }

            random.NextBytes(memory.Span(RingPage + 64, 4096 - 64));
            for (uint i = 0; i < 32; i++)
            {
                var slot = RingPage + 64 + (i * 112);
                memory.Write(slot, (byte)random.Next(8));
                memory.Write(slot + 1, (byte)random.Next(13));
                memory.Write(slot + 16, (ulong)random.Next(300));
                for (ulong s = 0; s < 11; s++)
                {
                    memory.Write(slot + 24 + (s * 8), (uint)random.Next(42));
                    memory.Write(slot + 28 + (s * 8), (ushort)(random.Next(9) | (random.Next(9) << 8)));
                }
            }

            memory.Write(RingPage, random.Next(10) == 0 ? (uint)random.Next() : (uint)random.Next(33));
            _host.Domain.Events.Send(_port);
            Serve(round);
            _store.Set(Front + "/state", "6");
            Assert.Equal(0, _backend.InFlight);
            Assert.Equal(0, _host.Domain.Grants.InUse);
            _store.Set(Front + "/state", "1");
        }

        Assert.Equal(before, memory.ReadOnlySpan(table << 12, 4096).ToArray());
        Assert.Equal(Enumerable.Range(128, 128).Select(i => (byte)i), Content()[(128 * 512)..].Where((_, i) => i % 512 == 0));
        Assert.True(_backend.Counters.Done > 100 && _backend.Counters.Failed > 100 && _backend.Counters.BrokenRings > 5);
    }

    private uint _port;

    private readonly record struct Answer(ulong Id, BlockStatus Status);

    private void Connect()
    {
        var memory = _host.Host.Machine.Memory;
        memory.Span(RingPage, 4096).Clear();
        memory.Write(RingPage + 12, 1u);
        Grant(RingGrant, _host.Domain.Frames[^1], isReadOnly: false);
        _host.Domain.Events.Close(_port);
        _host.Domain.Events.AllocateUnbound(StoreTree.Control, out _port);
        _store.Set(Front + "/ring-ref", $"{RingGrant}");
        _store.Set(Front + "/event-channel", $"{_port}");
        _store.Set(Front + "/state", "3");
    }

    private void Grant(uint reference, ulong frame, bool isReadOnly) => _host.Host.Machine.Memory.Write(
        (_host.Domain.Grants.Frames[0] << 12) + (reference * 8),
        new GrantEntryV1 { Flags = GrantEntryFlags.PermitAccess | (isReadOnly ? GrantEntryFlags.ReadOnly : 0), Domain = 0, Frame = (uint)frame });

    private static BlockRequest Request(BlockOperation operation, ulong id, ulong sector, uint grant)
    {
        var request = new BlockRequest { Operation = operation, Id = id, Sector = sector, SegmentCount = 1 };
        request.Segments[0] = new BlockSegment { Grant = grant, Last = 7 };
        return request;
    }

    private void Put(uint index, BlockRequest request)
    {
        _host.Host.Machine.Memory.Write(RingPage + 64 + (index * 112), request);
        _host.Host.Machine.Memory.Write(RingPage, index + 1);
        _host.Domain.Events.Send(_port);
    }

    private List<Answer> Serve(int round)
    {
        ulong now = (ulong)round * 1_000_000_000;
        while (_backend.NextDeadline is { } deadline)
        {
            now = Math.Max(now, deadline);
            _backend.Serve(now);
        }

        var memory = _host.Host.Machine.Memory;
        return [.. Enumerable.Range(0, (int)Math.Min(32, memory.Read<uint>(RingPage + 8))).Select(i => memory.Read<BlockResponse>(RingPage + 64 + ((ulong)i * 112))).Select(r => new Answer(r.Id, r.Status))];
    }
}
