using ParaKit.Abi;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Hypercalls;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;
using static ParaKit.Hypervisor.Memory.PageTableEntries;

namespace ParaKit.Hypervisor.Tests.Hypercalls;

/// <summary>Frames that two paravirtual domains share because they offered them.</summary>
public sealed class FrameSharingTests : IDisposable
{
    private const ulong Bytes = 8 << 20;
    private const ulong List = MicroGuest.Data + 0x100;

    private readonly HypervisorHost _host = new(2 * Bytes, CostProfile.Default, domains: 2);
    private readonly Domain[] _domains;
    private readonly DomainLayout _layout;

    public FrameSharingTests()
    {
        var image = MicroGuest.Build(guest => guest.Shutdown());
        _domains = [.. Enumerable.Range(0, 2).Select(_ => _host.Build(image, Bytes, "", _ => { }))];
        Assert.True(XenNotes.TryParse(image, out var notes));
        _layout = DomainLayout.Plan(image, notes, Bytes >> 12);
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public void SamePages_BecomeOne_AndACopyIsOnesOwn()
    {
        var (first, second) = (Filled(0, 7), Filled(1, 7));
        var free = _host.Allocator.Free;
        var shared = Share(0, first);
        Assert.Equal(first, shared);
        Assert.Equal(shared, Share(1, second));
        Assert.Equal((free + 1, 1, 2L), (_host.Allocator.Free, _host.Sharing.Count, _host.Sharing.References));
        Assert.Equal(0UL, _host.Machine.Memory.Read<ulong>(second << FrameShift));

        Assert.Equal(Errno.EBUSY, Map(0, shared, Present | Writable));
        Assert.Equal(Errno.None, Map(0, shared, Present));
        Assert.Equal(Errno.None, Map(1, shared, Present));

        var own = Call(1, MemoryOperation.UnshareFrames, shared);
        Assert.Equal((_domains[1].Id, 7UL), (_host.Frames[own].Owner, _host.Machine.Memory.Read<ulong>(own << FrameShift)));
        Assert.False(_host.Sharing.MayRead(shared, _domains[1].Id));
        Assert.Equal(Errno.None, Map(1, own, Present | Writable));
        Assert.Equal((ulong)_domains[1].Frames.Length, _domains[1].Quota.Current);
    }

    [Fact]
    public void WhoDoesNotHoldIt_CanNeitherMapNorCopyIt()
    {
        var shared = Share(0, Filled(0, 9));
        Assert.Equal(Errno.EBUSY, Map(1, shared, Present));
        Assert.Equal(0, Adjust(1, MemoryOperation.UnshareFrames, shared));
        Assert.Equal(0, Adjust(1, MemoryOperation.DecreaseReservation, shared));
        Assert.Equal(0, Adjust(0, MemoryOperation.ShareFrames, shared));
        Assert.Equal(0, Adjust(0, MemoryOperation.ShareFrames, _domains[0].Frames[_layout.TableFrame]));
        Assert.Equal(0, Adjust(0, MemoryOperation.ShareFrames, Filled(1, 9)));
    }

    /// <summary>What nobody holds is free, but not while somebody maps it; a domain that ends takes its holds and mappings along.</summary>
    [Fact]
    public void LastHolder_FreesTheFrame()
    {
        var shared = Share(0, Filled(0, 5));
        Assert.Equal(shared, Share(1, Filled(1, 5)));
        Assert.Equal(Errno.None, Map(0, shared, Present));
        _domains[0].Destroy();
        _host.Remove(_domains[0]);
        Assert.Equal((1, 1L), (_host.Sharing.Count, _host.Sharing.References));
        Assert.Equal(1u, _host.Frames[shared].ReferenceCount);
        Call(1, MemoryOperation.UnshareFrames, shared);
        Assert.Equal((0, DomainId.None), (_host.Sharing.Count, _host.Frames[shared].Owner));
    }

    /// <summary>A page that two have in common is paid for once, in two parts, and by one when the other has gone; to the last part all is paid.</summary>
    [Fact]
    public void SharedFrames_ArePaidForInParts()
    {
        const ulong Long = 1_000_000;
        var own = (ulong)_domains[0].Frames.Length;
        Assert.Equal([0, 0], _domains.Select(domain => (ulong)domain.Meter.PageNanoseconds));
        Share(0, Filled(0, 5));
        Assert.Equal([2 * own * CooperativeSharing.PartsPerPage, own * CooperativeSharing.PartsPerPage], [_domains[0].PaidParts + _domains[1].PaidParts, _domains[0].PaidParts]);
        var shared = Share(1, Filled(1, 5));
        Assert.Equal(((2 * own) - 1) * CooperativeSharing.PartsPerPage, _domains[0].PaidParts + _domains[1].PaidParts);
        Assert.Equal(_domains[0].PaidParts, _domains[1].PaidParts);
        Assert.Equal([0, Long * ((2 * own) - 1) / 2], PaidWhile(Long));

        // Three pages of three quarters, and one of one.
        Assert.Equal(shared, Share(0, Filled(0, 5, page: 4)));
        Assert.Equal(shared, Share(0, Filled(0, 5, page: 5)));
        Assert.Equal(CooperativeSharing.PartsPerPage * 3 / 4, _domains[0].PaidParts - ((own - 3) * CooperativeSharing.PartsPerPage));
        Assert.Equal(CooperativeSharing.PartsPerPage / 4, _domains[1].PaidParts - ((own - 1) * CooperativeSharing.PartsPerPage));
        _domains[0].Destroy();
        _host.Remove(_domains[0]);
        Assert.Equal(own * CooperativeSharing.PartsPerPage, _domains[1].PaidParts);
    }

    [Fact]
    public void ThreeWays_LeaveNoPartUnpaid()
    {
        var image = MicroGuest.Build(guest => guest.Shutdown());
        using var host = new HypervisorHost(3 * Bytes, CostProfile.Default, domains: 3);
        DomainId[] ids = [.. Enumerable.Range(0, 3).Select(_ => host.Build(image, Bytes, "", _ => { }).Id)];
        foreach (var domain in host.Domains)
        {
            host.Machine.Memory.Write(domain.Frames[_layout.EndFrame + 3] << FrameShift, 5UL);
            host.Sharing.Share(domain.Frames[_layout.EndFrame + 3], domain.Id);
        }

        Assert.Equal(CooperativeSharing.PartsPerPage, ids.Aggregate(0UL, (sum, id) => sum + host.Sharing.PartsOf(id)));
        Assert.All(ids, id => Assert.InRange(host.Sharing.PartsOf(id), CooperativeSharing.PartsPerPage / 3, (CooperativeSharing.PartsPerPage / 3) + 1));
    }

    [Fact]
    public void GivenUpFrames_HoldNothingForTheNextOwner()
    {
        var frame = Filled(0, 0x1234);
        Assert.Equal(1, Adjust(0, MemoryOperation.DecreaseReservation, frame));
        Assert.Equal(0UL, _host.Machine.Memory.Read<ulong>(frame << FrameShift));
    }

    /// <summary>Page times nanoseconds that are paid while time passes, by each domain: zero before that, as nothing has passed yet.</summary>
    private ulong[] PaidWhile(ulong nanoseconds)
    {
        var before = (ulong)_domains[0].Meter.PageNanoseconds;
        _host.Machine.Clock.Charge(nanoseconds);
        _domains[0].MeterMemory();
        return [before, (ulong)_domains[0].Meter.PageNanoseconds - before];
    }

    private ulong Filled(int domain, ulong value, ulong page = 3)
    {
        var frame = _domains[domain].Frames[_layout.EndFrame + page];
        _host.Machine.Memory.Write(frame << FrameShift, value);
        return frame;
    }

    private ulong Share(int domain, ulong frame) => Call(domain, MemoryOperation.ShareFrames, frame);

    private ulong Call(int domain, MemoryOperation operation, ulong frame)
    {
        Assert.Equal(1, Adjust(domain, operation, frame));
        return _host.Machine.Memory.Read<ulong>(Address(domain, List));
    }

    private long Adjust(int domain, MemoryOperation operation, ulong frame)
    {
        _host.Machine.Memory.Write(Address(domain, List), frame);
        _host.Machine.Memory.Write(Address(domain, MicroGuest.Data), new MemoryReservation { ExtentStart = List, ExtentCount = 1, Domain = DomainIds.Self });
        var context = new HypercallContext { Domain = _domains[domain], Number = (ulong)HypercallNumber.MemoryOp, Argument1 = (ulong)operation, Argument2 = MicroGuest.Data };
        return HypercallTable.Invoke(ref context);
    }

    /// <summary>Maps a frame at a scratch page.</summary>
    private Errno Map(int domain, ulong frame, ulong flags)
    {
        var paging = _domains[domain].Paging;
        return paging.Update(paging.FindEntry(_domains[domain].Vcpu.KernelTable, MicroGuest.Scratch)!.Value, Make(frame, flags), _domains[domain].Id);
    }

    private ulong Address(int domain, ulong linear) => (_domains[domain].Frames[MicroGuest.FrameOf(linear)] << FrameShift) + (linear % 4096);
}
