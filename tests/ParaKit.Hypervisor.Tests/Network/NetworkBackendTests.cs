using ParaKit.Abi;
using ParaKit.Hypervisor.Devices;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Network;
using ParaKit.Hypervisor.Store;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Network;

namespace ParaKit.Hypervisor.Tests.Network;

/// <summary>The back end of an interface against front ends of the test's making.</summary>
public sealed class NetworkBackendTests : IDisposable
{
    private const string Front = "/local/domain/1/device/vif/0";
    private const string Back = "/local/domain/0/backend/vif/1/0";
    private const ulong Hardware = 0x00163e000001;
    private const ulong Peer = 0x00163e000002;

    private readonly TestHost _host = TestHost.Idle();
    private readonly XenStore _store = new();
    private readonly VirtualSwitch _switch = new("lan");
    private readonly NetworkBackend _backend;
    private readonly Sink _peer = new();
    private readonly SwitchPort _peerPort;
    private uint _port;

    public NetworkBackendTests()
    {
        _host.Domain.Grants.TryGrow(1);
        _backend = new NetworkBackend(
            new DeviceHost(_host.Domain.Id, _store, _host.Domain.Grants, _host.Domain.Events, _host.Host.Machine.Memory, _host.Domain.Backends.Work),
            0, _switch, new InterfaceOptions(Hardware, NetworkAddress.OfHardware(Hardware), [], null));
        _peerPort = _switch.Add(new InterfaceOptions(Peer, NetworkAddress.OfHardware(Peer), [], null), _peer);
    }

    private ulong TransmitRing => _host.Domain.Frames[^1] << 12;

    private ulong ReceiveRing => _host.Domain.Frames[^2] << 12;

    public void Dispose() => _host.Dispose();

    /// <summary>Between the decision and the wire the guest rewrites the header; the payload is the guest's until the packet has left.</summary>
    [Fact]
    public void Header_IsACopy_AndThePayloadIsNot()
    {
        Connect(copies: true);
        var page = _host.Domain.Frames[^3];
        Grant(20, page, GrantEntryFlags.PermitAccess | GrantEntryFlags.ReadOnly, 0);
        var frame = Datagram(Hardware, Peer, length: 200);
        frame.CopyTo(Page(page));
        Transmit(0, new NetworkTransmitRequest { Grant = 20, Size = 200, Id = 5 });
        _backend.Serve(0);
        Assert.Equal(1, _backend.InFlight);
        Assert.Equal(Errno.EINVAL, _host.Call(HypercallNumber.MmuUpdate) == 0 ? _host.Domain.Paging.Acquire(page, _host.Domain.Id, PageType.L1Table) : Errno.EINVAL);
        Page(page).Fill(0xee);
        _switch.Serve(ulong.MaxValue);
        _backend.Serve(0);
        var arrived = Assert.Single(_peer.Frames);
        Assert.Equal(frame[..42], arrived[..42]);
        Assert.All(arrived[42..], b => Assert.Equal(0xee, b));
        Assert.Equal(0, _backend.InFlight);
        Assert.Equal(0, _backend.Port.Counters.PayloadBytesCopied);
        Assert.Equal(42, _backend.Port.Counters.HeaderBytesCopied);
        Assert.Equal((5, NetworkStatus.Okay), Answer(0));
    }

    [Fact]
    public void PacketInPieces_IsPutTogether()
    {
        Connect(copies: true);
        var frame = Datagram(Hardware, Peer, length: 300);
        for (var i = 0; i < 3; i++)
        {
            Grant((uint)(20 + i), _host.Domain.Frames[^(3 + i)], GrantEntryFlags.PermitAccess, 0);
            frame.AsSpan(i * 100, 100).CopyTo(Page(_host.Domain.Frames[^(3 + i)])[50..]);
            Transmit((uint)i, new NetworkTransmitRequest { Grant = (uint)(20 + i), Offset = 50, Id = (ushort)i, Size = (ushort)(i == 0 ? 300 : 100), Flags = i < 2 ? NetworkFlags.MoreData : 0 });
        }

        _backend.Serve(0);
        _switch.Serve(ulong.MaxValue);
        Assert.Equal(frame, Assert.Single(_peer.Frames));
    }

    [Fact]
    public void PageIsFlipped_AndTheGuestNeverHasMoreThanItMay()
    {
        Connect(copies: false);
        Grant(30, 0, GrantEntryFlags.AcceptTransfer, 0);
        Grant(31, 0, GrantEntryFlags.AcceptTransfer, 0);
        Post(0, new NetworkReceiveRequest { Id = 7, Grant = 30 });
        Post(1, new NetworkReceiveRequest { Id = 8, Grant = 31 });

        // It gave no page up yet: it gets none.
        Receive(Datagram(Peer, Hardware, 100));
        Assert.Equal((7, -1), Received(0));
        var given = _host.Domain.Frames[^5];
        _host.Write(MicroGuest.Data + 64, given);
        Unmap(given);
        Assert.Equal(1, _host.CallWith(HypercallNumber.MemoryOp, new MemoryReservation { Domain = DomainIds.Self, ExtentStart = MicroGuest.Data + 64, ExtentCount = 1 }, (ulong)MemoryOperation.DecreaseReservation));
        Assert.False(_host.Domain.Paging.Owns(given, _host.Domain.Id));
        var frame = Datagram(Peer, Hardware, 100);
        Receive(frame);
        Assert.Equal((8, 100), Received(1));
        var entry = _host.Host.Machine.Memory.Read<GrantEntryV1>((_host.Domain.Grants.Frames[0] << 12) + (31 * 8));
        Assert.Equal(GrantEntryFlags.AcceptTransfer | GrantEntryV1.TransferCommitted | GrantEntryV1.TransferCompleted, entry.Flags);
        Assert.True(_host.Domain.Paging.Owns(entry.Frame, _host.Domain.Id));
        Assert.Equal(frame, Page(entry.Frame)[..100].ToArray());
        Assert.All(Page(entry.Frame)[100..].ToArray(), b => Assert.Equal(0, b));
        Assert.Equal(1, _backend.Port.Counters.PagesFlipped);
        Assert.Equal(0, _backend.Port.Counters.PayloadBytesCopied);
    }

    [Fact]
    public void WithoutAPostedPage_PacketsAreDroppedAndCounted()
    {
        Connect(copies: true);
        Receive(Datagram(Peer, Hardware, 100));
        Assert.Equal(1, _backend.Port.Counters.Dropped);
    }

    [Fact]
    public void GrantThatCannotBeWritten_LosesThePacket_NotThePage()
    {
        Connect(copies: true);
        Grant(30, _host.Domain.Frames[_host.Layout.TableFrame], GrantEntryFlags.PermitAccess, 0);
        Post(0, new NetworkReceiveRequest { Id = 7, Grant = 30 });
        byte[] table = Page(_host.Domain.Frames[_host.Layout.TableFrame]).ToArray();
        Receive(Datagram(Peer, Hardware, 100));
        Assert.Equal((7, -1), Received(0));
        Assert.Equal(table, Page(_host.Domain.Frames[_host.Layout.TableFrame]).ToArray());
        Assert.Equal(2, _host.Domain.Grants.InUse); // the rings
    }

    /// <summary>Anything in rings and table: no exception, nothing left in use, and the page tables as they were.</summary>
    [Fact]
    public void RandomRings_BreakNothing()
    {
        for (var seed = 1; seed <= 30; seed++)
        {
            var random = new Random(seed);
            using var other = new NetworkBackendTests();
            other.Connect(copies: seed % 2 == 0);
            other.Disturb(random);
            other._store.Set(Front + "/state", "6");
            Assert.Equal(0, other._host.Domain.Grants.InUse);
            Assert.Equal(0, other._backend.InFlight);
        }
    }

    private void Disturb(Random random)
    {
        byte[] table = Page(_host.Domain.Frames[_host.Layout.TableFrame]).ToArray();
        var now = 0UL;
        for (var round = 0; round < 60; round++)
        {
            for (uint reference = 18; reference < 40; reference++)
            {
                ulong[] frames = [_host.Domain.Frames[^3], _host.Domain.Frames[^4], _host.Domain.Frames[_host.Layout.TableFrame], 0, _host.Host.Frames.Count];
                Grant(reference, frames[random.Next(frames.Length)], (GrantEntryFlags)random.Next(8), (ushort)random.Next(2));
            }

            for (uint i = 0; i < 300; i++)
            {
                _host.Host.Machine.Memory.Write(TransmitRing + 64 + (i * 12), new NetworkTransmitRequest
                {
                    Grant = (uint)random.Next(15, 45), Offset = (ushort)random.Next(random.Next(2) == 0 ? 100 : 65536), Size = (ushort)random.Next(random.Next(2) == 0 ? 2000 : 65536),
                    Flags = (NetworkFlags)random.Next(random.Next(2) == 0 ? 1 : 16), Id = (ushort)i,
                });
                _host.Host.Machine.Memory.Write(ReceiveRing + 64 + (i * 8), new NetworkReceiveRequest { Grant = (uint)random.Next(15, 45), Id = (ushort)i });
            }

            var isWild = random.Next(20) == 0;
            Advance(TransmitRing, isWild, random);
            Advance(ReceiveRing, random.Next(40) == 0, random);
            _host.Domain.Events.Send(_port);
            _backend.Serve(now += 10_000);
            _switch.Send(_peerPort, Packet.OfHost(Datagram(Peer, Hardware, random.Next(60, 1514)), _host.Host.Machine.Memory), now);
            _switch.Serve(now);
            _backend.Serve(now);
        }

        Assert.Equal(table, Page(_host.Domain.Frames[_host.Layout.TableFrame]).ToArray());
    }

    private void Advance(ulong ring, bool isWild, Random random)
    {
        var produced = _host.Host.Machine.Memory.Read<uint>(ring);
        _host.Host.Machine.Memory.Write(ring, isWild ? (uint)random.NextInt64(uint.MaxValue) : produced + (uint)random.Next(20));
    }

    private void Connect(bool copies)
    {
        Grant(8, _host.Domain.Frames[^1], GrantEntryFlags.PermitAccess, 0);
        Grant(9, _host.Domain.Frames[^2], GrantEntryFlags.PermitAccess, 0);
        Page(_host.Domain.Frames[^1]).Clear();
        Page(_host.Domain.Frames[^2]).Clear();
        _host.Domain.Events.AllocateUnbound(StoreTree.Control, out _port);
        _store.Set(Front + "/tx-ring-ref", "8");
        _store.Set(Front + "/rx-ring-ref", "9");
        _store.Set(Front + "/event-channel", $"{_port}");
        _store.Set(Front + "/request-rx-copy", copies ? "1" : "0");
        _store.Set(Front + "/state", "4");
        Assert.Equal("4", _store[Back + "/state"]);
    }

    private void Unmap(ulong frame)
    {
        ref var info = ref _host.Host.Frames.Mutable(frame);
        info = new FrameInfo { Owner = info.Owner, ReferenceCount = 1 };
    }

    private void Transmit(uint index, NetworkTransmitRequest request)
    {
        _host.Host.Machine.Memory.Write(TransmitRing + 64 + (index * 12), request);
        _host.Host.Machine.Memory.Write(TransmitRing, index + 1);
        _host.Domain.Events.Send(_port);
    }

    private (int Id, NetworkStatus Status) Answer(uint index)
    {
        var response = _host.Host.Machine.Memory.Read<NetworkTransmitResponse>(TransmitRing + 64 + (index * 12));
        return (response.Id, response.Status);
    }

    private void Post(uint index, NetworkReceiveRequest request)
    {
        _host.Host.Machine.Memory.Write(ReceiveRing + 64 + (index * 8), request);
        _host.Host.Machine.Memory.Write(ReceiveRing, index + 1);
    }

    private (int Id, int Status) Received(uint index)
    {
        var response = _host.Host.Machine.Memory.Read<NetworkReceiveResponse>(ReceiveRing + 64 + (index * 8));
        return (response.Id, response.Status);
    }

    private void Receive(byte[] frame)
    {
        _switch.Send(_peerPort, Packet.OfHost(frame, _host.Host.Machine.Memory), 0);
        _switch.Serve(ulong.MaxValue);
    }

    private Span<byte> Page(ulong frame) => _host.Host.Machine.Memory.Span(frame << 12, 4096);

    private void Grant(uint reference, ulong frame, GrantEntryFlags flags, ushort domain) => _host.Host.Machine.Memory.Write(
        (_host.Domain.Grants.Frames[0] << 12) + (reference * 8), new GrantEntryV1 { Flags = flags, Domain = domain, Frame = (uint)frame });

    private static byte[] Datagram(ulong source, ulong destination, int length)
    {
        var frame = new byte[length];
        new Random(length).NextBytes(frame.AsSpan(42));
        BigEndian.Write48(frame, 0, destination);
        BigEndian.Write48(frame, 6, source);
        BigEndian.Write16(frame, 12, EthernetFrame.Ipv4);
        frame[14] = 0x45;
        frame[23] = Ipv4Packet.Udp;
        BigEndian.Write32(frame, 26, NetworkAddress.OfHardware(source));
        BigEndian.Write32(frame, 30, NetworkAddress.OfHardware(destination));
        return frame;
    }

    private sealed class Sink : IPacketSink
    {
        public List<byte[]> Frames { get; } = [];

        public bool TryReceive(Packet packet, ulong now)
        {
            var frame = new byte[packet.Length];
            packet.Gather(frame);
            Frames.Add(frame);
            return true;
        }
    }
}
