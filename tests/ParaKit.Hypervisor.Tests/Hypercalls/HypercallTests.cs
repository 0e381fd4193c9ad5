using ParaKit.Abi;
using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Hypercalls;
using ParaKit.Hypervisor.Tests.Support;
using static ParaKit.Hypervisor.Tests.Support.TestHost;

namespace ParaKit.Hypervisor.Tests.Hypercalls;

/// <summary>Each hypercall: what is legal works, what is not gets Xen's errno. mmu_update and its relatives have their own file.</summary>
public sealed class HypercallTests : IDisposable
{
    private const ulong BadAddress = 0x12_3456_7000;
    private const ulong NotCanonical = 0x8000_0000_0000;
    private readonly TestHost _host = Idle();

    private VirtualCpu Vcpu => _host.Domain.Vcpu;

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData(11ul)]
    [InlineData(43ul)]
    [InlineData(55ul)]
    [InlineData(64ul)]
    [InlineData(0xffff_ffff_fffful)]
    [InlineData((ulong)HypercallNumber.XenoprofOp)]
    [InlineData((ulong)HypercallNumber.HvmOp)]
    [InlineData((ulong)HypercallNumber.SchedOpCompat)]
    public void Unknown_IsNotImplemented(ulong number) => Assert.Equal(Fails(Errno.ENOSYS), _host.Call((HypercallNumber)number));

    [Theory]
    [InlineData(HypercallNumber.PlatformOp)]
    [InlineData(HypercallNumber.Domctl)]
    [InlineData(HypercallNumber.Sysctl)]
    public void Privileged_IsNotPermitted(HypercallNumber number) => Assert.Equal(Fails(Errno.EPERM), _host.Call(number));

    [Fact]
    public void Names_AreXens()
    {
        Assert.Equal("mmuext_op", HypercallTable.NameOf((ulong)HypercallNumber.MmuextOp));
        Assert.Equal("console_io", HypercallTable.NameOf((ulong)HypercallNumber.ConsoleIo));
        Assert.Equal("unknown_11", HypercallTable.NameOf(11));
    }

    [Fact]
    public void SetTrapTable_InstallsAndClears()
    {
        var trap = new TrapInfo { Vector = 14, Flags = TrapInfo.InterruptGate, CodeSelector = FlatSelectors.KernelCode, Address = MicroGuest.Code };
        Assert.Equal(0, _host.CallWith(HypercallNumber.SetTrapTable, trap));
        Assert.Equal(MicroGuest.Code, Vcpu.Traps[14].Address);
        Assert.Equal(Fails(Errno.EINVAL), _host.CallWith(HypercallNumber.SetTrapTable, trap with { Address = NotCanonical }));
        Assert.Equal(MicroGuest.Code, Vcpu.Traps[14].Address);
        Assert.Equal(Fails(Errno.EFAULT), _host.Call(HypercallNumber.SetTrapTable, BadAddress));
        Assert.Equal(0, _host.Call(HypercallNumber.SetTrapTable, 0));
        Assert.Equal(0ul, Vcpu.Traps[14].Address);
    }

    [Fact]
    public void SetTrapTable_LongTable_IsContinued()
    {
        for (ulong i = 0; i < 8 * 4096 / 16; i++)
        {
            _host.Write(MicroGuest.Scratch + (i * 16), new TrapInfo { Vector = (byte)i, Address = 0x1000 + i });
        }

        Assert.Equal(0, _host.Call(HypercallNumber.SetTrapTable, MicroGuest.Scratch));
        Assert.Equal(0x1000ul + 2047, Vcpu.Traps[255].Address);
    }

    [Fact]
    public void StackSwitch_ForcesPrivilege()
    {
        Assert.Equal(0, _host.Call(HypercallNumber.StackSwitch, 0xe028, MicroGuest.KernelStack));
        Assert.Equal(0xe02b, Vcpu.KernelStackSelector);
        Assert.Equal(MicroGuest.KernelStack, Vcpu.KernelStackPointer);
    }

    [Fact]
    public void Callbacks_AreRegistered_AndChecked()
    {
        var register = new CallbackRegister { Type = CallbackType.Event, Address = MicroGuest.Code };
        Assert.Equal(0, _host.CallWith(HypercallNumber.CallbackOp, register, (ulong)CallbackOperation.Register));
        Assert.Equal(MicroGuest.Code, Vcpu.EventCallback);
        var syscall = new CallbackRegister { Type = CallbackType.Syscall, Flags = CallbackRegister.MaskEvents, Address = 0x1234 };
        Assert.Equal(0, _host.CallWith(HypercallNumber.CallbackOp, syscall, (ulong)CallbackOperation.Register));
        Assert.True(Vcpu.SyscallMasksEvents);
        Assert.Equal(Fails(Errno.EINVAL), _host.CallWith(HypercallNumber.CallbackOp, register with { Address = NotCanonical }, (ulong)CallbackOperation.Register));
        Assert.Equal(Fails(Errno.ENOSYS), _host.CallWith(HypercallNumber.CallbackOp, register with { Type = (CallbackType)99 }, (ulong)CallbackOperation.Register));
        Assert.Equal(Fails(Errno.EFAULT), _host.Call(HypercallNumber.CallbackOp, (ulong)CallbackOperation.Register, BadAddress));
        Assert.Equal(Fails(Errno.ENOSYS), _host.Call(HypercallNumber.CallbackOp, 7, MicroGuest.Data));
        var unregister = new CallbackUnregister { Type = CallbackType.Event };
        Assert.Equal(Fails(Errno.EINVAL), _host.CallWith(HypercallNumber.CallbackOp, unregister, (ulong)CallbackOperation.Unregister));
        Assert.Equal(0, _host.CallWith(HypercallNumber.CallbackOp, unregister with { Type = CallbackType.Nmi }, (ulong)CallbackOperation.Unregister));
        Assert.Equal(0, _host.Call(HypercallNumber.SetCallbacks, 1, 2, NotCanonical));
        Assert.Equal((1ul, 2ul, 0x1234ul), (Vcpu.EventCallback, Vcpu.FailsafeCallback, Vcpu.SyscallCallback));
    }

    [Fact]
    public void SetSegmentBase_SetsTheRightBase()
    {
        Assert.Equal(0, _host.Call(HypercallNumber.SetSegmentBase, (ulong)SegmentBase.Fs, 0x1111));
        Assert.Equal(0, _host.Call(HypercallNumber.SetSegmentBase, (ulong)SegmentBase.GsKernel, 0x2222));
        Assert.Equal(0, _host.Call(HypercallNumber.SetSegmentBase, (ulong)SegmentBase.GsUser, 0x3333));
        Assert.Equal((0x1111ul, 0x2222ul, 0x3333ul), (Vcpu.State.Fs.Base, Vcpu.State.Gs.Base, Vcpu.State.KernelGsBase));
        Assert.Equal(0, _host.Call(HypercallNumber.SetSegmentBase, (ulong)SegmentBase.GsUserSelector, 0));
        Assert.Equal(0ul, Vcpu.State.KernelGsBase);
        Assert.Equal(Fails(Errno.EINVAL), _host.Call(HypercallNumber.SetSegmentBase, (ulong)SegmentBase.Fs, NotCanonical));
        Assert.Equal(Fails(Errno.EINVAL), _host.Call(HypercallNumber.SetSegmentBase, 4, 0));
    }

    [Fact]
    public void FpuTaskswitch_SetsAndClears()
    {
        Assert.Equal(0, _host.Call(HypercallNumber.FpuTaskswitch, 1));
        Assert.NotEqual(0ul, Vcpu.State.Cr0 & Cr0.TaskSwitched);
        Assert.Equal(0, _host.Call(HypercallNumber.FpuTaskswitch, 0));
        Assert.Equal(0ul, Vcpu.State.Cr0 & Cr0.TaskSwitched);
    }

    [Fact]
    public void XenVersion_Speaks417()
    {
        Assert.Equal(0x0004_0011, _host.Call(HypercallNumber.XenVersion, (ulong)VersionOperation.Version, 0));
        Assert.Equal(4096, _host.Call(HypercallNumber.XenVersion, (ulong)VersionOperation.PageSize, 0));
        Assert.Equal(Fails(Errno.EINVAL), _host.Call(HypercallNumber.XenVersion, (ulong)VersionOperation.PageSize, 1));
        Assert.Equal(0, _host.Call(HypercallNumber.XenVersion, (ulong)VersionOperation.Capabilities, MicroGuest.Scratch));
        Assert.Equal(BitConverter.ToUInt64("xen-3.0-"u8), _host.Read(MicroGuest.Scratch));
        Assert.Equal(0, _host.CallWith(HypercallNumber.XenVersion, default(FeatureInfo), (ulong)VersionOperation.GetFeatures));
        Assert.Equal(0x60ul, _host.Read(MicroGuest.Data) >> 32);
        Assert.Equal(Fails(Errno.EINVAL), _host.CallWith(HypercallNumber.XenVersion, new FeatureInfo { SubmapIndex = 1 }, (ulong)VersionOperation.GetFeatures));
        Assert.Equal(0, _host.Call(HypercallNumber.XenVersion, (ulong)VersionOperation.PlatformParameters, MicroGuest.Data));
        Assert.Equal(MachineToPhysical.HypervisorStart, _host.Read(MicroGuest.Data));
        Assert.Equal(Fails(Errno.EFAULT), _host.Call(HypercallNumber.XenVersion, (ulong)VersionOperation.ExtraVersion, BadAddress));
        Assert.Equal(Fails(Errno.ENOSYS), _host.Call(HypercallNumber.XenVersion, 99, 0));
    }

    [Fact]
    public void ConsoleIo_WritesAndChecks()
    {
        _host.Write(MicroGuest.Data, 0x6948ul);
        Assert.Equal(0, _host.Call(HypercallNumber.ConsoleIo, 0, 2, MicroGuest.Data));
        Assert.Equal("Hi", _host.Console);
        Assert.Equal(0, _host.Call(HypercallNumber.ConsoleIo, 1, 100, MicroGuest.Data));
        Assert.Equal(Fails(Errno.EFAULT), _host.Call(HypercallNumber.ConsoleIo, 0, 2, BadAddress));
        Assert.Equal(Fails(Errno.EFAULT), _host.Call(HypercallNumber.ConsoleIo, 0, 8, MachineToPhysical.VirtualStart));
        Assert.Equal(Fails(Errno.ENOSYS), _host.Call(HypercallNumber.ConsoleIo, 5, 0, 0));
    }

    [Fact]
    public void SchedOp_ChecksItsArguments()
    {
        Assert.Equal(0, _host.Call(HypercallNumber.SchedOp, (ulong)SchedulerOperation.Yield, 0));
        Assert.Equal(Fails(Errno.EFAULT), _host.Call(HypercallNumber.SchedOp, (ulong)SchedulerOperation.Shutdown, BadAddress));
        Assert.Equal(Fails(Errno.EFAULT), _host.Call(HypercallNumber.SchedOp, (ulong)SchedulerOperation.Poll, BadAddress));
        Assert.Equal(Fails(Errno.EINVAL), _host.CallWith(HypercallNumber.SchedOp, new SchedulerPoll { PortCount = 129 }, (ulong)SchedulerOperation.Poll));
        Assert.Equal(Fails(Errno.EFAULT), _host.CallWith(HypercallNumber.SchedOp, new SchedulerPoll { PortCount = 1, Ports = BadAddress }, (ulong)SchedulerOperation.Poll));
        _host.Write(MicroGuest.Data + 0x100, 5000u);
        Assert.Equal(Fails(Errno.EINVAL), _host.CallWith(HypercallNumber.SchedOp, new SchedulerPoll { PortCount = 1, Ports = MicroGuest.Data + 0x100 }, (ulong)SchedulerOperation.Poll));
        Assert.Equal(Fails(Errno.ESRCH), _host.Call(HypercallNumber.SchedOp, (ulong)SchedulerOperation.RemoteShutdown, MicroGuest.Data));
        Assert.Equal(Fails(Errno.ENOSYS), _host.Call(HypercallNumber.SchedOp, 99, 0));
        Assert.Equal(VcpuActivity.Runnable, Vcpu.Activity);
        Assert.Equal(0, _host.Call(HypercallNumber.SchedOp, (ulong)SchedulerOperation.Block, 0));
        Assert.Equal(VcpuActivity.Blocked, Vcpu.Activity);
        Assert.Equal(0, _host.Domain.Vcpu.Info.UpcallMask);
    }

    [Fact]
    public void VcpuOp_ChecksItsArguments()
    {
        Assert.Equal(1, _host.Call(HypercallNumber.VcpuOp, (ulong)VcpuOperation.IsUp, 0));
        Assert.Equal(Fails(Errno.ENOENT), _host.Call(HypercallNumber.VcpuOp, (ulong)VcpuOperation.IsUp, 1));
        Assert.Equal(Fails(Errno.EEXIST), _host.Call(HypercallNumber.VcpuOp, (ulong)VcpuOperation.Initialise, 0, MicroGuest.Data));
        Assert.Equal(Fails(Errno.EINVAL), _host.CallWith(HypercallNumber.VcpuOp, new VcpuSetPeriodicTimer { PeriodNanoseconds = 999_999 }, (ulong)VcpuOperation.SetPeriodicTimer, 0));
        Assert.Equal(Fails(Errno.EFAULT), _host.Call(HypercallNumber.VcpuOp, (ulong)VcpuOperation.SetPeriodicTimer, 0, BadAddress));
        Assert.Equal(0, _host.CallWith(HypercallNumber.VcpuOp, new VcpuSetPeriodicTimer { PeriodNanoseconds = 1_000_000 }, (ulong)VcpuOperation.SetPeriodicTimer, 0));
        Assert.Equal(1_000_000ul, Vcpu.Timers.Period);
        Assert.Equal(0, _host.Call(HypercallNumber.VcpuOp, (ulong)VcpuOperation.StopPeriodicTimer, 0));
        Assert.Equal(VirtualTimers.Never, Vcpu.Timers.Next);
        _host.Host.Machine.Clock.Charge(1000);
        var late = new VcpuSetSingleshotTimer { TimeoutNanoseconds = 1, Flags = VcpuSetSingleshotTimer.Future };
        Assert.Equal(Fails(Errno.ETIME), _host.CallWith(HypercallNumber.VcpuOp, late, (ulong)VcpuOperation.SetSingleshotTimer, 0));
        Assert.Equal(0, _host.CallWith(HypercallNumber.VcpuOp, late with { Flags = 0 }, (ulong)VcpuOperation.SetSingleshotTimer, 0));
        Assert.Equal(1ul, Vcpu.Timers.SingleShot);
        Assert.Equal(0, _host.Call(HypercallNumber.VcpuOp, (ulong)VcpuOperation.GetRunstateInfo, 0, MicroGuest.Data));
        Assert.Equal(Fails(Errno.ENOSYS), _host.Call(HypercallNumber.VcpuOp, 99, 0, 0));
    }

    /// <summary>The four times are system time, exactly, in any order of states; a registered area shows them as of the last time the guest began to run.</summary>
    [Fact]
    public void Runstates_AddUpToSystemTime()
    {
        var domain = _host.Domain;
        Assert.Equal(Fails(Errno.EFAULT), _host.CallWith(HypercallNumber.VcpuOp, new VcpuRegisterRunstateMemoryArea { Address = BadAddress }, (ulong)VcpuOperation.RegisterRunstateMemoryArea, 0));
        Assert.Equal(0, _host.CallWith(HypercallNumber.VcpuOp, new VcpuRegisterRunstateMemoryArea { Address = MicroGuest.Scratch }, (ulong)VcpuOperation.RegisterRunstateMemoryArea, 0));
        var random = new Random(11);
        for (var i = 0; i < 1000; i++)
        {
            _host.Host.Machine.Clock.Charge((ulong)random.Next(0, 10_000));
            Action[] changes = [domain.Block, domain.Unblock, domain.EndTurn, () => domain.Runstates.Enter(Runstate.Running, domain.Clock.Now)];
            changes[random.Next(changes.Length)]();
            var info = domain.Runstates.Capture(domain.Clock.Now);
            Assert.Equal(domain.Clock.Now, info.RunningTime + info.RunnableTime + info.BlockedTime + info.OfflineTime);
        }

        domain.Unblock();
        domain.EndTurn();
        domain.Runstates.Enter(Runstate.Running, domain.Clock.Now);
        Assert.True(domain.Memory.TryRead(MicroGuest.Scratch, out VcpuRunstateInfo area));
        Assert.Equal((Runstate.Running, domain.Clock.Now), (area.State, area.StateEntryTime));
        Assert.Equal(domain.Clock.Now, area.RunningTime + area.RunnableTime + area.BlockedTime);
        Assert.True(area.RunningTime > 0 && area.RunnableTime > 0 && area.BlockedTime > 0 && area.OfflineTime == 0);
    }

    [Fact]
    public void RegisterVcpuInfo_MovesItOnce()
    {
        var request = new VcpuRegisterVcpuInfo { Frame = _host.MachineFrame(MicroGuest.Scratch), Offset = 64 };
        Assert.Equal(Fails(Errno.EINVAL), _host.CallWith(HypercallNumber.VcpuOp, request with { Offset = 4096 - 63 }, (ulong)VcpuOperation.RegisterVcpuInfo, 0));
        Assert.Equal(Fails(Errno.EINVAL), _host.CallWith(HypercallNumber.VcpuOp, request with { Frame = 0xffffff }, (ulong)VcpuOperation.RegisterVcpuInfo, 0));
        Assert.Equal(0, _host.CallWith(HypercallNumber.VcpuOp, request, (ulong)VcpuOperation.RegisterVcpuInfo, 0));
        Assert.Equal(0x0101ul, _host.Read(MicroGuest.Scratch + 64) & 0xffff);
        Assert.Equal(Fails(Errno.EINVAL), _host.CallWith(HypercallNumber.VcpuOp, request, (ulong)VcpuOperation.RegisterVcpuInfo, 0));
    }

    [Fact]
    public void SetTimerOp_KnowsStopAndFarFuture()
    {
        _host.Call(HypercallNumber.SetTimerOp, 12345);
        Assert.Equal(12345ul, Vcpu.Timers.SingleShot);
        _host.Call(HypercallNumber.SetTimerOp, 1ul << 60);
        Assert.InRange(Vcpu.Timers.SingleShot, 100_000_000ul, 100_001_000ul);
        _host.Call(HypercallNumber.SetTimerOp, 0);
        Assert.Equal(VirtualTimers.Never, Vcpu.Timers.SingleShot);
    }

    [Fact]
    public void MemoryOp_TellsSizes()
    {
        const long Pages = (long)(MemoryBytes / 4096);
        var self = new MemoryDomain { Domain = DomainIds.Self };
        Assert.Equal((long)_host.Host.Frames.Count, _host.Call(HypercallNumber.MemoryOp, (ulong)MemoryOperation.MaximumRamPage, 0));
        Assert.Equal(Pages, _host.CallWith(HypercallNumber.MemoryOp, self, (ulong)MemoryOperation.CurrentReservation));
        Assert.Equal(Pages - 1, _host.CallWith(HypercallNumber.MemoryOp, self, (ulong)MemoryOperation.MaximumGuestFrame));
        Assert.Equal(Fails(Errno.ESRCH), _host.CallWith(HypercallNumber.MemoryOp, new MemoryDomain { Domain = 77 }, (ulong)MemoryOperation.MaximumReservation));
        Assert.Equal(0, _host.Call(HypercallNumber.MemoryOp, (ulong)MemoryOperation.MachinePhysicalMapping, MicroGuest.Data));
        Assert.Equal(MachineToPhysical.VirtualStart, _host.Read(MicroGuest.Data));
        Assert.Equal(Fails(Errno.EFAULT), _host.Call(HypercallNumber.MemoryOp, (ulong)MemoryOperation.CurrentReservation, BadAddress));
        Assert.Equal(Fails(Errno.ENOSYS), _host.Call(HypercallNumber.MemoryOp, (ulong)MemoryOperation.Exchange, MicroGuest.Data));
    }

    /// <summary>What is the domain's and unused goes, and comes back zeroed; what is not is refused, and the call says how far it came.</summary>
    [Fact]
    public void Reservations_GoAndComeBack()
    {
        var frames = _host.Domain.Frames;
        var spare = frames[_host.Layout.EndFrame + 3];
        _host.Host.Machine.Memory.Write(spare << 12, 0x1234);
        Assert.Equal(1, Adjust(MemoryOperation.DecreaseReservation, spare));
        Assert.Equal(DomainId.None, _host.Info(spare).Owner);
        Assert.Equal(ulong.MaxValue, _host.Host.MachineToPhysical[spare]);
        Assert.Equal((ulong)frames.Length - 1, _host.Domain.Quota.Current);

        Assert.Equal(1, Adjust(MemoryOperation.PopulatePhysmap, 77, 78));
        var got = _host.Read(MicroGuest.Data + 0x100);
        Assert.Equal((_host.Domain.Id, 77UL), (_host.Info(got).Owner, _host.Host.MachineToPhysical[got]));
        Assert.Equal(0UL, _host.Host.Machine.Memory.Read<ulong>(got << 12));
        Assert.Equal((ulong)frames.Length, _host.Domain.Quota.Current);
        Assert.Equal(0, Adjust(MemoryOperation.IncreaseReservation, 0));
    }

    [Fact]
    public void Reservations_RefuseWhatIsInUse()
    {
        var frames = _host.Domain.Frames;
        var spare = frames[_host.Layout.EndFrame + 3];
        var mapped = _host.MachineFrame(MicroGuest.Scratch);
        var table = frames[_host.Layout.TableFrame];
        var foreign = PageTableEntries.Frame(_host.Host.MachineToPhysical.Slot.Entry);
        ulong[] refused = [mapped, table, foreign, _host.Domain.StoreFrame, _host.Domain.ConsoleFrame, _host.Domain.Shared.Address >> 12, 0, ulong.MaxValue, ulong.MaxValue >> 12];
        foreach (var frame in refused)
        {
            Assert.Equal(0, Adjust(MemoryOperation.DecreaseReservation, frame, spare));
        }

        Assert.Equal(1, Adjust(MemoryOperation.DecreaseReservation, spare, spare));
        Assert.Equal((ulong)frames.Length - 1, _host.Domain.Quota.Current);
    }

    /// <summary>More frames than one slice of the call does: the call goes on where it was.</summary>
    [Fact]
    public void Reservations_AreChangedInSlices()
    {
        const int Count = 1000;
        var list = MicroGuest.Scratch;
        for (var i = 0; i < Count; i++)
        {
            _host.Write(list + ((ulong)i * 8), _host.Domain.Frames[_host.Domain.Frames.Length - 1 - i]);
        }

        var request = new MemoryReservation { ExtentStart = list, ExtentCount = Count, Domain = DomainIds.Self };
        var free = _host.Host.Allocator.Free;
        Assert.Equal(Count, _host.CallWith(HypercallNumber.MemoryOp, request, (ulong)MemoryOperation.DecreaseReservation));
        Assert.Equal(free + Count, _host.Host.Allocator.Free);
    }

    private long Adjust(MemoryOperation operation, params ReadOnlySpan<ulong> numbers)
    {
        const ulong List = MicroGuest.Data + 0x100;
        for (var i = 0; i < numbers.Length; i++)
        {
            _host.Write(List + ((ulong)i * 8), numbers[i]);
        }

        var request = new MemoryReservation { ExtentStart = List, ExtentCount = (ulong)numbers.Length, Domain = DomainIds.Self };
        return _host.CallWith(HypercallNumber.MemoryOp, request, (ulong)operation);
    }

    [Fact]
    public void SmallOnes_CheckTheirArguments()
    {
        Assert.Equal(0, _host.Call(HypercallNumber.VmAssist, (ulong)VmAssistCommand.Enable, (ulong)VmAssistType.ArchitecturalIopl));
        Assert.Equal(Fails(Errno.EINVAL), _host.Call(HypercallNumber.VmAssist, (ulong)VmAssistCommand.Enable, (ulong)VmAssistType.WritablePageTables));
        Assert.Equal(Fails(Errno.EINVAL), _host.Call(HypercallNumber.VmAssist, 0, 1000));
        Assert.Equal(0, _host.Call(HypercallNumber.SetDebugreg, 0, 0x1234));
        Assert.Equal(0x1234, _host.Call(HypercallNumber.GetDebugreg, 0));
        Assert.Equal(Fails(Errno.EPERM), _host.Call(HypercallNumber.SetDebugreg, 1, MachineToPhysical.VirtualStart));
        Assert.Equal(0, _host.Call(HypercallNumber.SetDebugreg, 5, 0x400));
        Assert.Equal(0x400, _host.Call(HypercallNumber.GetDebugreg, 7));
        Assert.Equal(Fails(Errno.ENODEV), _host.Call(HypercallNumber.GetDebugreg, 8));
        Assert.Equal(0, _host.CallWith(HypercallNumber.PhysdevOp, new PhysicalDeviceSetIopl { Iopl = 1 }, (ulong)PhysicalDeviceOperation.SetIopl));
        Assert.Equal(Fails(Errno.EINVAL), _host.CallWith(HypercallNumber.PhysdevOp, new PhysicalDeviceSetIopl { Iopl = 4 }, (ulong)PhysicalDeviceOperation.SetIopl));
        Assert.Equal(Fails(Errno.ENOSYS), _host.Call(HypercallNumber.PhysdevOp, 99, 0));
        Assert.Equal(0, _host.CallWith(HypercallNumber.NmiOp, MicroGuest.Code, 0));
        Assert.Equal(MicroGuest.Code, Vcpu.NmiCallback);
        Assert.Equal(Fails(Errno.ENOSYS), _host.Call(HypercallNumber.NmiOp, 9, 0));
    }

    [Fact]
    public void Multicall_GivesEachCallItsResult()
    {
        _host.Write(MicroGuest.Data, new MulticallEntry { Operation = (ulong)HypercallNumber.XenVersion });
        _host.Write(MicroGuest.Data + 64, new MulticallEntry { Operation = 4711 });
        _host.Write(MicroGuest.Data + 128, new MulticallEntry { Operation = (ulong)HypercallNumber.Multicall, Argument1 = MicroGuest.Data, Argument2 = 1 });
        _host.Write(MicroGuest.Data + 192, new MulticallEntry { Operation = (ulong)HypercallNumber.Iret });
        Assert.Equal(0, _host.Call(HypercallNumber.Multicall, MicroGuest.Data, 4));
        Assert.Equal(0x0004_0011, (long)_host.Read(MicroGuest.Data + 8));
        Assert.Equal(Fails(Errno.ENOSYS), (long)_host.Read(MicroGuest.Data + 72));
        Assert.Equal(Fails(Errno.EINVAL), (long)_host.Read(MicroGuest.Data + 136));
        Assert.Equal(Fails(Errno.ENOSYS), (long)_host.Read(MicroGuest.Data + 200));
        Assert.Equal(Fails(Errno.EFAULT), _host.Call(HypercallNumber.Multicall, BadAddress, 1));
        Assert.Equal(0, _host.Call(HypercallNumber.Multicall, BadAddress, 0));
    }

    [Fact]
    public void Multicall_ContinuesLongCallsAndLongLists()
    {
        const ulong Count = 200;
        for (ulong i = 0; i < Count; i++)
        {
            _host.Write(MicroGuest.Scratch + (i * 64), new MulticallEntry { Operation = (ulong)HypercallNumber.ConsoleIo, Argument2 = 5000, Argument3 = MicroGuest.ImageBase });
        }

        Assert.Equal(0, _host.Call(HypercallNumber.Multicall, MicroGuest.Scratch, Count));
        Assert.Equal((int)Count * 5000, _host.Console.Length);
    }
}
