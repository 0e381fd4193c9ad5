using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Tests.Support;

namespace ParaKit.Hypervisor.Tests.Memory;

public sealed class DirectPagingTests : IDisposable
{
    private const ulong Rw = PageTableEntries.Present | PageTableEntries.Writable;
    private readonly TestHost _host = TestHost.Idle();

    private DirectPaging Paging => _host.Domain.Paging;

    private DomainId Id => _host.Domain.Id;

    /// <summary>A frame beyond the initial mapping: nothing maps it.</summary>
    private ulong Spare(int index) => _host.Domain.Frames[_host.Layout.EndFrame + (ulong)index];

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Bootstrap_CountsAreRight() => PagingOracle.Check(_host);

    [Theory]
    [InlineData(PageType.L1Table)]
    [InlineData(PageType.L2Table)]
    [InlineData(PageType.L3Table)]
    [InlineData(PageType.L4Table)]
    public void Pin_EmptyUnmappedFrame_Works(PageType type)
    {
        Assert.Equal(Errno.None, Paging.Pin(Spare(0), Id, type));
        Assert.True(_host.Info(Spare(0)) is { Pinned: true, Validated: true, TypeCount: 1 } info && info.Type == type);
        Assert.Equal(Errno.None, Paging.Unpin(Spare(0), Id));
        Assert.Equal(0u, _host.Info(Spare(0)).TypeCount);
        PagingOracle.Check(_host);
    }

    [Fact]
    public void Pin_FrameThatIsMappedWritable_IsRefused() =>
        Assert.Equal(Errno.EINVAL, Paging.Pin(_host.MachineFrame(MicroGuest.Scratch), Id, PageType.L1Table));

    [Fact]
    public void Pin_Twice_IsRefused()
    {
        Assert.Equal(Errno.None, Paging.Pin(Spare(0), Id, PageType.L1Table));
        Assert.Equal(Errno.EINVAL, Paging.Pin(Spare(0), Id, PageType.L1Table));
        Assert.Equal(Errno.EINVAL, Paging.Pin(Spare(0), Id, PageType.L2Table));
        PagingOracle.Check(_host);
    }

    [Fact]
    public void Unpin_OfWhatIsNotPinned_IsRefused() => Assert.Equal(Errno.EINVAL, Paging.Unpin(Spare(0), Id));

    [Fact]
    public void WritableMapping_OfAPageTable_IsRefused()
    {
        Assert.Equal(Errno.None, Paging.Pin(Spare(0), Id, PageType.L1Table));
        Assert.Equal(Errno.None, Paging.Pin(Spare(1), Id, PageType.L1Table));
        Assert.Equal(Errno.EBUSY, Paging.Update(Spare(0) << 12, (Spare(1) << 12) | Rw, Id));
        Assert.Equal(Errno.None, Paging.Update(Spare(0) << 12, (Spare(1) << 12) | PageTableEntries.Present, Id));
    }

    [Fact]
    public void WritableMapping_OfItselfOnPromotion_IsRefused()
    {
        // The table's own entry would map it writable: XSA-style self-reference.
        Assert.Equal(Errno.None, Paging.Update(Spare(0) << 12, (Spare(0) << 12) | Rw, Id));
        Assert.Equal(Errno.EBUSY, Paging.Pin(Spare(0), Id, PageType.L1Table));
        PagingOracle.Check(_host);
    }

    [Fact]
    public void Mapping_OfAForeignFrame_IsRefused()
    {
        var foreign = PageTableEntries.Frame(_host.Host.MachineToPhysical.Slot.Entry);
        Assert.Equal(Errno.None, Paging.Pin(Spare(0), Id, PageType.L1Table));
        Assert.Equal(Errno.EBUSY, Paging.Update(Spare(0) << 12, (foreign << 12) | PageTableEntries.Present, Id));
        Assert.Equal(Errno.EINVAL, Paging.Update(Spare(0) << 12, (0xfffffful << 12) | PageTableEntries.Present, Id));
        Assert.Equal(Errno.EINVAL, Paging.Update(foreign << 12, 0, Id));
        Assert.Equal(Errno.EINVAL, Paging.Pin(foreign, Id, PageType.L1Table));
    }

    [Theory]
    [InlineData(PageType.L1Table, PageTableEntries.WriteThrough)]
    [InlineData(PageType.L1Table, PageTableEntries.CacheDisable)]
    [InlineData(PageType.L1Table, PageTableEntries.PageSize)]
    [InlineData(PageType.L2Table, PageTableEntries.PageSize)]
    [InlineData(PageType.L2Table, PageTableEntries.Global)]
    [InlineData(PageType.L3Table, PageTableEntries.PageSize)]
    [InlineData(PageType.L4Table, PageTableEntries.PageSize)]
    public void ReservedBits_AreRefused(PageType type, ulong flag)
    {
        Assert.Equal(Errno.None, Paging.Pin(Spare(0), Id, type));
        Assert.Equal(Errno.EINVAL, Paging.Update(Spare(0) << 12, (Spare(1) << 12) | PageTableEntries.Present | flag, Id));
    }

    [Fact]
    public void NotPresentEntry_MayHoldAnything()
    {
        const ulong Anything = 0xdead_beef_0000_0000;
        Assert.Equal(Errno.None, Paging.Pin(Spare(0), Id, PageType.L1Table));
        Assert.Equal(Errno.None, Paging.Update((Spare(0) << 12) + 8, Anything, Id));
        Assert.Equal(Anything, _host.Host.Machine.Memory.Read<ulong>((Spare(0) << 12) + 8));
    }

    [Fact]
    public void Entry_IsStoredAsUserEntry_KernelPagesAreMarked()
    {
        Assert.Equal(Errno.None, Paging.Pin(Spare(0), Id, PageType.L1Table));
        Paging.Update(Spare(0) << 12, (Spare(1) << 12) | Rw, Id);
        Paging.Update((Spare(0) << 12) + 8, (Spare(1) << 12) | Rw | PageTableEntries.User, Id);
        Assert.Equal((Spare(1) << 12) | Rw | PageTableEntries.User | PageTableEntries.GuestKernel, _host.Host.Machine.Memory.Read<ulong>(Spare(0) << 12));
        Assert.Equal((Spare(1) << 12) | Rw | PageTableEntries.User | PageTableEntries.Global, _host.Host.Machine.Memory.Read<ulong>((Spare(0) << 12) + 8));
    }

    [Fact]
    public void PreserveAccessedDirty_KeepsTheBits()
    {
        Assert.Equal(Errno.None, Paging.Pin(Spare(0), Id, PageType.L1Table));
        Paging.Update(Spare(0) << 12, (Spare(1) << 12) | Rw | PageTableEntries.Dirty, Id);
        Paging.Update(Spare(0) << 12, (Spare(1) << 12) | PageTableEntries.Present, Id, preserveAccessedDirty: true);
        Assert.NotEqual(0ul, _host.Host.Machine.Memory.Read<ulong>(Spare(0) << 12) & PageTableEntries.Dirty);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(260)]
    [InlineData(271)]
    public void HypervisorSlots_CannotBeWritten(int slot)
    {
        Assert.Equal(Errno.None, Paging.Pin(Spare(0), Id, PageType.L4Table));
        Assert.Equal(Errno.EINVAL, Paging.Update((Spare(0) << 12) + (ulong)(slot * 8), 0, Id));
    }

    [Fact]
    public void HypervisorSlots_AreFilledOnPromotion()
    {
        // What the guest wrote there before is replaced, not checked.
        Paging.Update((Spare(0) << 12) + (258 * 8), 0xdead_0007, Id);
        Assert.Equal(Errno.None, Paging.Pin(Spare(0), Id, PageType.L4Table));
        Assert.Equal(_host.Host.MachineToPhysical.Slot.Entry, _host.Host.Machine.Memory.Read<ulong>((Spare(0) << 12) + (256 * 8)));
        Assert.Equal(0ul, _host.Host.Machine.Memory.Read<ulong>((Spare(0) << 12) + (258 * 8)));
    }

    [Fact]
    public void WrongLevel_IsRefused()
    {
        Assert.Equal(Errno.None, Paging.Pin(Spare(0), Id, PageType.L3Table));
        Assert.Equal(Errno.None, Paging.Pin(Spare(1), Id, PageType.L1Table));
        Assert.Equal(Errno.EINVAL, Paging.Update(Spare(0) << 12, (Spare(1) << 12) | Rw, Id));
        Assert.Equal(Errno.EINVAL, Paging.Update(Spare(0) << 12, (Spare(0) << 12) | Rw, Id));
    }

    [Fact]
    public void Promotion_IsRecursive_AndFailsAsAWhole()
    {
        // L4 -> L3 -> L2 -> L1 -> a writable mapping of the L4 itself.
        for (var level = 4; level > 1; level--)
        {
            Paging.Update(Spare(level) << 12, (Spare(level - 1) << 12) | Rw, Id);
        }

        Paging.Update((Spare(1) << 12) + 8, (Spare(5) << 12) | Rw, Id);
        Paging.Update((Spare(1) << 12) + 16, (Spare(4) << 12) | Rw, Id);
        Assert.Equal(Errno.EBUSY, Paging.Pin(Spare(4), Id, PageType.L4Table));
        Assert.Equal(0u, _host.Info(Spare(5)).TypeCount);
        Assert.All(Enumerable.Range(1, 4), i => Assert.Equal(1u, _host.Info(Spare(i)).ReferenceCount));
        PagingOracle.Check(_host);

        Paging.Update((Spare(1) << 12) + 16, 0, Id);
        Assert.Equal(Errno.None, Paging.Pin(Spare(4), Id, PageType.L4Table));
        Assert.Equal(PageType.L1Table, _host.Info(Spare(1)).Type);
        PagingOracle.Check(_host);

        Assert.Equal(Errno.None, Paging.Unpin(Spare(4), Id));
        Assert.All(Enumerable.Range(1, 5), i => Assert.Equal(0u, _host.Info(Spare(i)).TypeCount));
        PagingOracle.Check(_host);
    }

    [Fact]
    public void ChangeFromWritable_AsksForATlbFlush()
    {
        Paging.TlbFlushRequired = false;
        Paging.Update(Spare(0) << 12, 0, Id);
        Assert.Equal(Errno.None, Paging.Pin(Spare(0), Id, PageType.L1Table));
        Assert.True(Paging.TlbFlushRequired);
    }

    [Fact]
    public void SharedInfo_CannotBecomeATable()
    {
        var frame = _host.Domain.Shared.Address >> 12;
        Assert.Equal(Errno.EINVAL, Paging.Pin(frame, Id, PageType.L1Table));
        Assert.Equal(Errno.None, Paging.Pin(Spare(0), Id, PageType.L1Table));
        Assert.Equal(Errno.None, Paging.Update(Spare(0) << 12, (frame << 12) | Rw, Id));
    }

    [Fact]
    public void Descriptors_GatesAreRefused_PrivilegeIsLowered()
    {
        const ulong CallGate = 0x0000_EC00_0000_0000;
        const ulong KernelCode = 0x00AF_9B00_0000_FFFF;
        Paging.Update(Spare(0) << 12, CallGate, Id);
        Assert.Equal(Errno.EINVAL, Paging.Acquire(Spare(0), Id, PageType.SegmentDescriptors));
        Paging.Update(Spare(0) << 12, KernelCode, Id);
        Assert.Equal(Errno.None, Paging.Acquire(Spare(0), Id, PageType.SegmentDescriptors));
        Assert.Equal(SegmentDescriptors.FlatCode64, _host.Host.Machine.Memory.Read<ulong>(Spare(0) << 12));
        Assert.Equal(Errno.EINVAL, Paging.UpdateDescriptor(Spare(0) << 12, CallGate, Id));
        Assert.Equal(Errno.None, Paging.UpdateDescriptor(Spare(0) << 12, 0, Id));
        Assert.Equal(Errno.EINVAL, Paging.Update(Spare(0) << 12, 0, Id));
    }
}
