using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Tests.Support;
using static ParaKit.Hypervisor.Tests.Support.TestHost;

namespace ParaKit.Hypervisor.Tests.Hypercalls;

/// <summary>mmu_update, mmuext_op, update_va_mapping, set_gdt, update_descriptor.</summary>
public sealed class PagingHypercallTests : IDisposable
{
    private const ulong BadAddress = 0x12_3456_7000;
    private const ulong Place = MicroGuest.Data + 0x800;
    private readonly TestHost _host = Idle();

    private ulong Spare(int index) => _host.Domain.Frames[_host.Layout.EndFrame + (ulong)index];

    private ulong Scratch => _host.MachineFrame(MicroGuest.Scratch);

    public void Dispose() => _host.Dispose();

    private long MmuUpdate(params ReadOnlySpan<MmuUpdateRequest> requests)
    {
        for (var i = 0; i < requests.Length; i++)
        {
            _host.Write(MicroGuest.Data + ((ulong)i * 16), requests[i]);
        }

        return _host.Call(HypercallNumber.MmuUpdate, MicroGuest.Data, (ulong)requests.Length, Place, DomainIds.Self);
    }

    private long Mmuext(MmuExtendedCommand command, ulong argument1 = 0, ulong argument2 = 0)
    {
        _host.Write(MicroGuest.Data, new MmuExtendedOperation { Command = command, MachineFrame = argument1, SourceFrame = argument2 });
        return _host.Call(HypercallNumber.MmuextOp, MicroGuest.Data, 1, Place, DomainIds.Self);
    }

    [Fact]
    public void MmuUpdate_StopsAtTheFirstBadRequest_AndTellsHowManyAreDone()
    {
        var result = MmuUpdate(
            new() { Pointer = Spare(0) << 12, Value = 1234 },
            new() { Pointer = (Spare(0) << 12) + 8, Value = 5678 },
            new() { Pointer = 0xff_ffff_f000, Value = 1 },
            new() { Pointer = (Spare(0) << 12) + 16, Value = 9 });
        Assert.Equal(Fails(Errno.EINVAL), result);
        Assert.Equal(2u, (uint)_host.Read(Place));
        Assert.Equal(5678ul, _host.Host.Machine.Memory.Read<ulong>((Spare(0) << 12) + 8));
        Assert.Equal(0ul, _host.Host.Machine.Memory.Read<ulong>((Spare(0) << 12) + 16));
    }

    /// <summary>A pin of 401 tables looks at 205,000 entries; no slice of it looks at more than 70,000. The same holds for giving them up.</summary>
    [Fact]
    public void Pin_OfALargeTree_IsContinued_AndSoIsItsEnd()
    {
        BuildTree(tables: 400);
        Assert.Equal(0, Mmuext(MmuExtendedCommand.PinL2Table, Spare(0)));
        Assert.InRange(_host.Continuations, 3, 8);
        Assert.True(_host.Info(Spare(400)) is { Type: PageType.L1Table, TypeCount: 1, ReferenceCount: 2 });
        var before = _host.Continuations;
        Assert.Equal(0, Mmuext(MmuExtendedCommand.UnpinTable, Spare(0)));
        Assert.InRange(_host.Continuations - before, 2, 8);
        AssertUnused(tables: 400);
    }

    /// <summary>The last of many entries is bad: the error comes when all that was taken has been given back.</summary>
    [Fact]
    public void Pin_OfALargeBadTree_IsRefused_AndLeavesNothing()
    {
        BuildTree(tables: 400);
        _host.Host.Machine.Memory.Write((Spare(0) << 12) + (511 * 8), (Scratch << 12) | 7);
        Assert.Equal(Fails(Errno.EINVAL), Mmuext(MmuExtendedCommand.PinL2Table, Spare(0)));
        Assert.InRange(_host.Continuations, 3, 16);
        Assert.Equal(0u, (uint)_host.Read(Place));
        AssertUnused(tables: 400);
    }

    private void BuildTree(int tables)
    {
        for (var i = 1; i <= tables; i++)
        {
            _host.Host.Machine.Memory.Write((Spare(0) << 12) + ((ulong)(i - 1) * 8), (Spare(i) << 12) | 7);
        }
    }

    private void AssertUnused(int tables)
    {
        Assert.Empty(_host.Domain.Paging.Held);
        Assert.All(Enumerable.Range(0, tables + 1), i => Assert.True(_host.Info(Spare(i)) is { TypeCount: 0, ReferenceCount: 1 }));
        PagingOracle.Check(_host);
    }

    [Fact]
    public void MmuUpdate_LongBatch_IsContinued()
    {
        const ulong Count = 2000;
        for (ulong i = 0; i < Count; i++)
        {
            _host.Write(MicroGuest.Scratch + (i * 16), new MmuUpdateRequest { Pointer = (Spare(0) << 12) + (i % 512 * 8), Value = i });
        }

        Assert.Equal(0, _host.Call(HypercallNumber.MmuUpdate, MicroGuest.Scratch, Count, Place, DomainIds.Self));
        Assert.Equal((uint)Count, (uint)_host.Read(Place));
        Assert.Equal(8, _host.Domain.HypercallCounts["mmu_update"]);
    }

    [Fact]
    public void MmuUpdate_MachinePhysical_SetsOwnEntriesOnly()
    {
        Assert.Equal(0, MmuUpdate(new MmuUpdateRequest { Pointer = (Spare(0) << 12) | 1, Value = 42 }));
        Assert.Equal(42ul, _host.Host.MachineToPhysical[Spare(0)]);
        Assert.Equal(Fails(Errno.EINVAL), MmuUpdate(new MmuUpdateRequest { Pointer = 1, Value = 42 }));
    }

    [Theory]
    [InlineData(DomainIds.Io, Errno.EPERM)]
    [InlineData(DomainIds.Xen, Errno.EPERM)]
    [InlineData((ushort)0, Errno.ESRCH)]
    [InlineData((ushort)77, Errno.ESRCH)]
    public void ForeignDomains_AreRefused(ushort domain, Errno error)
    {
        Assert.Equal(Fails(error), _host.Call(HypercallNumber.MmuUpdate, MicroGuest.Data, 1, 0, domain));
        Assert.Equal(Fails(error), _host.Call(HypercallNumber.MmuextOp, MicroGuest.Data, 1, 0, domain));
    }

    [Fact]
    public void UnreadableRequests_AreAFault()
    {
        Assert.Equal(Fails(Errno.EFAULT), _host.Call(HypercallNumber.MmuUpdate, BadAddress, 1, 0, DomainIds.Self));
        Assert.Equal(Fails(Errno.EFAULT), _host.Call(HypercallNumber.MmuextOp, BadAddress, 1, 0, DomainIds.Self));
        Assert.Equal(0, _host.Call(HypercallNumber.MmuUpdate, BadAddress, 0, 0, DomainIds.Self));
    }

    [Fact]
    public void UpdateVaMapping_ChangesTheMapping()
    {
        var entry = (Spare(0) << 12) | 3;
        Assert.Equal(0, _host.Call(HypercallNumber.UpdateVaMapping, MicroGuest.Scratch, entry, (ulong)UpdateVaMappingFlags.InvalidatePage));
        _host.Host.Machine.Memory.Write(Spare(0) << 12, 0x77ul);
        Assert.True(_host.Domain.Memory.TryRead(MicroGuest.Scratch, out ulong value));
        Assert.Equal(0x77ul, value);
        PagingOracle.Check(_host);
    }

    [Theory]
    [InlineData(BadAddress, 0ul)]
    [InlineData(MachineToPhysical.VirtualStart, 0ul)]
    [InlineData(DescriptorTableArea.LinearBase, 0ul)]
    [InlineData(MicroGuest.Scratch, 0x81ul)]
    [InlineData(MicroGuest.Scratch, 0xff_ffff_f001ul)]
    public void UpdateVaMapping_BadRequests(ulong address, ulong entry) =>
        Assert.Equal(Fails(Errno.EINVAL), _host.Call(HypercallNumber.UpdateVaMapping, address, entry, 0));

    [Fact]
    public void UpdateVaMapping_WritableMappingOfATable_IsBusy()
    {
        var table = _host.Domain.Frames[_host.Layout.TableFrame];
        Assert.Equal(Fails(Errno.EBUSY), _host.Call(HypercallNumber.UpdateVaMapping, MicroGuest.Scratch, (table << 12) | 3, 0));
        Assert.Equal(0, _host.Call(HypercallNumber.UpdateVaMapping, MicroGuest.Scratch, (table << 12) | 1, 0));
    }

    [Fact]
    public void UpdateVaMapping_BadProcessorBitmap_IsAFault() =>
        Assert.Equal(Fails(Errno.EFAULT), _host.Call(HypercallNumber.UpdateVaMapping, MicroGuest.Scratch, 0, BadAddress | 1));

    [Fact]
    public void BasePointers_NeedALevel4Table()
    {
        Assert.Equal(Fails(Errno.EINVAL), Mmuext(MmuExtendedCommand.NewBasePointer, Scratch));
        Assert.Equal(Fails(Errno.EINVAL), Mmuext(MmuExtendedCommand.NewUserBasePointer, 0xffffff));
        Assert.Equal(0, Mmuext(MmuExtendedCommand.NewUserBasePointer, Spare(0)));
        Assert.Equal(PageType.L4Table, _host.Info(Spare(0)).Type);
        Assert.Equal(0, Mmuext(MmuExtendedCommand.NewUserBasePointer, 0));
        Assert.Equal(0u, _host.Info(Spare(0)).TypeCount);
        Assert.Equal(0, Mmuext(MmuExtendedCommand.NewBasePointer, _host.Domain.Vcpu.KernelTable));
        PagingOracle.Check(_host);
    }

    [Fact]
    public void PinAndUnpin_ThroughTheHypercall()
    {
        Assert.Equal(0, Mmuext(MmuExtendedCommand.PinL2Table, Spare(0)));
        Assert.Equal(1u, (uint)_host.Read(Place));
        Assert.Equal(Fails(Errno.EINVAL), Mmuext(MmuExtendedCommand.PinL2Table, Spare(0)));
        Assert.Equal(0u, (uint)_host.Read(Place));
        Assert.Equal(0, Mmuext(MmuExtendedCommand.UnpinTable, Spare(0)));
        Assert.Equal(Fails(Errno.EINVAL), Mmuext(MmuExtendedCommand.UnpinTable, Spare(0)));
        Assert.Equal(Fails(Errno.EINVAL), Mmuext(MmuExtendedCommand.PinL1Table, Scratch));
    }

    [Fact]
    public void FlushesAndOthers()
    {
        Assert.Equal(0, Mmuext(MmuExtendedCommand.TlbFlushLocal));
        Assert.Equal(0, Mmuext(MmuExtendedCommand.TlbFlushAll));
        Assert.Equal(0, Mmuext(MmuExtendedCommand.InvalidatePageLocal, MicroGuest.Scratch));
        Assert.Equal(0, Mmuext(MmuExtendedCommand.TlbFlushMulti, 0, MicroGuest.Data));
        Assert.Equal(Fails(Errno.EFAULT), Mmuext(MmuExtendedCommand.InvalidatePageMulti, MicroGuest.Scratch, BadAddress));
        Assert.Equal(Fails(Errno.EACCES), Mmuext(MmuExtendedCommand.FlushCache));
        Assert.Equal(Fails(Errno.EOPNOTSUPP), Mmuext(MmuExtendedCommand.MarkSuper));
        Assert.Equal(0, Mmuext(MmuExtendedCommand.SetLdt));
        Assert.Equal(Fails(Errno.EINVAL), Mmuext(MmuExtendedCommand.SetLdt, MicroGuest.Scratch, 9000));
        Assert.Equal(Fails(Errno.ENOSYS), Mmuext((MmuExtendedCommand)99));
    }

    [Fact]
    public void ClearAndCopy_NeedWritableFrames()
    {
        _host.Write(MicroGuest.Scratch, 0x1234ul);
        Assert.Equal(0, Mmuext(MmuExtendedCommand.CopyPage, Spare(0), Scratch));
        Assert.Equal(0x1234ul, _host.Host.Machine.Memory.Read<ulong>(Spare(0) << 12));
        Assert.Equal(0, Mmuext(MmuExtendedCommand.ClearPage, Spare(0)));
        Assert.Equal(0ul, _host.Host.Machine.Memory.Read<ulong>(Spare(0) << 12));
        Assert.Equal(Fails(Errno.EINVAL), Mmuext(MmuExtendedCommand.ClearPage, _host.Domain.Vcpu.KernelTable));
        Assert.Equal(Fails(Errno.EINVAL), Mmuext(MmuExtendedCommand.CopyPage, Spare(0), 0));
        PagingOracle.Check(_host);
    }

    [Fact]
    public void SetGdt_TypesItsFrames_AndGivesOldOnesBack()
    {
        _host.Host.Machine.Memory.Write((Spare(0) << 12) + 8, SegmentDescriptors.FlatCode64);
        _host.Write(MicroGuest.Data, Spare(0));
        Assert.Equal(0, _host.Call(HypercallNumber.SetGdt, MicroGuest.Data, 2));
        Assert.Equal(PageType.SegmentDescriptors, _host.Info(Spare(0)).Type);
        Assert.Equal(SegmentDescriptors.FlatCode64, _host.Domain.Vcpu.Descriptors.Read(0x0b));
        Assert.Equal(Fails(Errno.EBUSY), _host.Call(HypercallNumber.UpdateVaMapping, MicroGuest.Scratch, (Spare(0) << 12) | 3, 0));
        Assert.Equal(0, _host.Call(HypercallNumber.UpdateDescriptor, (Spare(0) << 12) + 16, SegmentDescriptors.FlatData));
        Assert.Equal(SegmentDescriptors.FlatData, _host.Domain.Vcpu.Descriptors.Read(0x13));
        Assert.Equal(Fails(Errno.EINVAL), _host.Call(HypercallNumber.UpdateDescriptor, (Spare(0) << 12) + 16, 0x0000_8900_0000_0000));
        Assert.Equal(Fails(Errno.EINVAL), _host.Call(HypercallNumber.UpdateDescriptor, (Spare(0) << 12) + 4, 0));
        Assert.Equal(0, _host.Call(HypercallNumber.SetGdt, MicroGuest.Data, 0));
        Assert.Equal(0u, _host.Info(Spare(0)).TypeCount);
        PagingOracle.Check(_host);
    }

    [Fact]
    public void SetGdt_BadRequests_ChangeNothing()
    {
        Assert.Equal(Fails(Errno.EINVAL), _host.Call(HypercallNumber.SetGdt, MicroGuest.Data, FlatSelectors.FirstReservedGdtEntry + 1));
        Assert.Equal(Fails(Errno.EFAULT), _host.Call(HypercallNumber.SetGdt, BadAddress, 1));
        _host.Write(MicroGuest.Data, Spare(0));
        _host.Write(MicroGuest.Data + 8, Scratch);
        Assert.Equal(Fails(Errno.EINVAL), _host.Call(HypercallNumber.SetGdt, MicroGuest.Data, 1024));
        Assert.Equal(0u, _host.Info(Spare(0)).TypeCount);
        PagingOracle.Check(_host);
    }
}
