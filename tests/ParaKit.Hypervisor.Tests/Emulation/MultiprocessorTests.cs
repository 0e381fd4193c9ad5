using ParaKit.Abi;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Tests.Support;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Emulation;

/// <summary>Virtual processors beside the first, from guest code and by hypercalls.</summary>
public sealed class MultiprocessorTests
{
    private const ulong ContextAddress = MicroGuest.Scratch;
    private const ulong SecondStack = MicroGuest.Scratch + 0x4000;
    private const ulong Counter = MicroGuest.Data + 0x500;
    private const ulong Ports = MicroGuest.Data + 0x510;
    private const ulong Poll = MicroGuest.Data + 0x520;
    private const ulong Arguments = MicroGuest.Data + 0x540;
    private const uint Increments = 20_000;

    /// <summary>Two processors count together, with and without the LOCK prefix's help of simulation: none is lost. The second then says that it is done, and stops.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void SecondProcessor_IsBroughtUp_WorksBesideTheFirst_AndSendsItAnEvent(int cpus)
    {
        using var host = Build(vcpus: 2, guest =>
        {
            var (second, count, countSecond) = (guest.CreateLabel(), guest.CreateLabel(), guest.CreateLabel());
            guest.MapSharedInfo();
            BindIpi(guest, vcpu: 0);
            VcpuOp(guest, VcpuOperation.IsUp, 1);
            guest.Report(); // 0: not yet up
            VcpuOp(guest, VcpuOperation.Up, 1);
            guest.Report(); // 1: not initialised
            VcpuOp(guest, VcpuOperation.Initialise, 1, ContextAddress);
            guest.Report(); // 2: initialised
            VcpuOp(guest, VcpuOperation.Initialise, 1, ContextAddress);
            guest.Report(); // 3: already
            VcpuOp(guest, VcpuOperation.Up, 1);
            guest.Report(); // 4: up
            VcpuOp(guest, VcpuOperation.IsUp, 1);
            guest.Report(); // 5: it is
            Count(guest, ref count);
            guest.Store(Poll, Ports);
            guest.Store(Poll + 8, 1);
            guest.Store(Poll + 16, 0);
            guest.Hypercall(HypercallNumber.SchedOp, (ulong)SchedulerOperation.Poll, Poll);
            guest.mov(r11, Counter);
            guest.mov(rax, __qword_ptr[r11]);
            guest.Report(); // 6: what both have counted
            guest.Shutdown();

            guest.Place(ref second, "second");
            Count(guest, ref countSecond);
            guest.Hypercall(HypercallNumber.EventChannelOp, (ulong)EventChannelOperation.Send, Ports);
            VcpuOp(guest, VcpuOperation.Down, 1);
            guest.ud2();
        });
        Assert.Equal(RunEnd.DomainEnded, host.RunOn(cpus));
        Assert.Null(host.Domain.CrashReason);
        Assert.Equal([0, TestHost.Fails(Errno.EINVAL), 0, TestHost.Fails(Errno.EEXIST), 0, 1, 2 * Increments], Enumerable.Range(0, 7).Select(host.Result));
        foreach (var vcpu in host.Domain.Vcpus)
        {
            var times = vcpu.Runstates.Capture(vcpu.Clock.Now);
            Assert.Equal(vcpu.Clock.Now, times.RunningTime + times.RunnableTime + times.BlockedTime + times.OfflineTime);
        }
    }

    /// <summary>Each processor has its timer, its event callback and its event mask.</summary>
    [Fact]
    public void Timers_AreEachProcessorsOwn()
    {
        using var host = Build(vcpus: 2, guest =>
        {
            var (second, callback) = (guest.CreateLabel(), guest.CreateLabel());
            guest.MapSharedInfo();
            VcpuOp(guest, VcpuOperation.Initialise, 1, ContextAddress);
            VcpuOp(guest, VcpuOperation.Up, 1);
            guest.Hypercall(HypercallNumber.SchedOp, (ulong)SchedulerOperation.Block, 0);
            guest.ud2();

            guest.Place(ref second, "second");
            guest.SetCallback(CallbackType.Event, 0, callback);
            guest.Store(Arguments, (ulong)Virq.Timer | (1UL << 32));
            guest.Hypercall(HypercallNumber.EventChannelOp, (ulong)EventChannelOperation.BindVirq, Arguments);
            guest.SetTimer(3_000_000);
            guest.Hypercall(HypercallNumber.SchedOp, (ulong)SchedulerOperation.Block, 0);
            guest.ud2();
            guest.Place(ref callback, "callback");
            guest.mov(r12, MicroGuest.SharedInfoAddress);
            guest.mov(rax, __qword_ptr[r12]);
            guest.Report(); // 0: pending and mask of the first processor
            guest.mov(rax, __qword_ptr[r12 + VcpuInfo.Size]);
            guest.Report(); // 1: those of the second
            guest.Shutdown();
        });
        Assert.Equal(RunEnd.DomainEnded, host.RunOn(2));
        Assert.Null(host.Domain.CrashReason);
        Assert.Equal(0x0000, host.Result(0) & 0xffff);
        Assert.Equal(0x0101, host.Result(1) & 0xffff);
        Assert.InRange(host.Domain.Vcpus[1].Clock.Now, 3_000_000ul, 3_010_000ul);
    }

    [Fact]
    public void LastProcessorDown_IsPowerOff_WhicheverItIs()
    {
        using var host = Build(vcpus: 2, guest =>
        {
            var second = guest.CreateLabel();
            VcpuOp(guest, VcpuOperation.Initialise, 1, ContextAddress);
            VcpuOp(guest, VcpuOperation.Up, 1);
            VcpuOp(guest, VcpuOperation.Down, 0);
            guest.ud2();
            guest.Place(ref second, "second");
            VcpuOp(guest, VcpuOperation.Down, 1);
            guest.ud2();
        });
        Assert.Equal(RunEnd.DomainEnded, host.RunOn(1));
        Assert.Equal((DomainState.ShutDown, ShutdownReason.PowerOff), (host.Domain.State, host.Domain.ShutdownReason));
    }

    /// <summary>What a hostile guest can put into a context is refused, and takes no use of any frame.</summary>
    [Fact]
    public void Context_IsCheckedWholly()
    {
        using var host = Build(vcpus: 2, guest =>
        {
            var second = guest.CreateLabel();
            guest.Place(ref second, "second");
            guest.Shutdown();
        });
        var good = Context(host);
        var table = host.Domain.Vcpu.KernelTable;
        var uses = host.Info(table);
        Assert.Equal(Errno.EINVAL, Initialise(good with { Flags = 0 }));
        Assert.Equal(Errno.EINVAL, Initialise(good with { GdtEntries = 7169 }));
        Assert.Equal(Errno.ENOSYS, Initialise(good with { LdtEntries = 1 }));
        Assert.Equal(Errno.EINVAL, Initialise(good with { EventCallback = 1UL << 47 }));
        Assert.Equal(Errno.EINVAL, Initialise(good with { GsBaseKernel = 1UL << 62 }));
        Assert.Equal(Errno.EINVAL, Initialise(good with { Registers = good.Registers with { Rip = 1UL << 50 } }));
        Assert.Equal(Errno.EINVAL, Initialise(good with { Registers = good.Registers with { Cs = 0x1234 } }));
        Assert.Equal(Errno.EINVAL, Initialise(good with { Registers = good.Registers with { Ss = FlatSelectors.KernelCode } }));
        unsafe
        {
            var bad = good;
            bad.ControlRegisters[3] = host.MachineAddress(MicroGuest.Data);
            Assert.Equal(Errno.EINVAL, Initialise(bad));
            bad = good;
            bad.ControlRegisters[1] = ulong.MaxValue;
            Assert.Equal(Errno.EINVAL, Initialise(bad));
            bad = good with { GdtEntries = 512 };
            bad.GdtFrames[0] = table;
            Assert.Equal(Errno.EINVAL, Initialise(bad));
        }

        Assert.Equal(uses, host.Info(table));
        Assert.False(host.Domain.Vcpus[1].IsInitialised);
        Assert.Equal(Errno.EFAULT, (Errno)(-host.Call(HypercallNumber.VcpuOp, (ulong)VcpuOperation.Initialise, 1, 0x123)));
        Assert.Equal(Errno.None, Initialise(good));
        Assert.Equal(uses.TypeCount + 1, host.Info(table).TypeCount);

        Errno Initialise(VcpuGuestContext context)
        {
            Assert.True(host.Domain.Memory.TryWrite(ContextAddress, in context));
            return (Errno)(-host.Call(HypercallNumber.VcpuOp, (ulong)VcpuOperation.Initialise, 1, ContextAddress));
        }
    }

    [Fact]
    public void OthersProcessors_AreNamedByNumber()
    {
        using var host = Build(vcpus: 2, guest =>
        {
            var second = guest.CreateLabel();
            guest.Place(ref second, "second");
            guest.Shutdown();
        });
        Assert.Equal(TestHost.Fails(Errno.ENOENT), host.Call(HypercallNumber.VcpuOp, (ulong)VcpuOperation.IsUp, 2));
        Assert.Equal(TestHost.Fails(Errno.EINVAL), host.CallWith(HypercallNumber.VcpuOp, new VcpuSetPeriodicTimer { PeriodNanoseconds = 1_000_000 }, (ulong)VcpuOperation.SetPeriodicTimer, 1));
        Assert.Equal(0, host.Call(HypercallNumber.VcpuOp, (ulong)VcpuOperation.GetRunstateInfo, 1, MicroGuest.Data));
        Assert.Equal(TestHost.Fails(Errno.ENOENT), host.CallWith(HypercallNumber.EventChannelOp, new EventBindIpi { Vcpu = 2 }, (ulong)EventChannelOperation.BindIpi));
        Assert.Equal(0, host.CallWith(HypercallNumber.EventChannelOp, new EventBindIpi { Vcpu = 1 }, (ulong)EventChannelOperation.BindIpi));
        Assert.Equal(0, host.CallWith(HypercallNumber.EventChannelOp, new EventBindVirq { Virq = Virq.Timer, Vcpu = 1 }, (ulong)EventChannelOperation.BindVirq));
        Assert.Equal(TestHost.Fails(Errno.EEXIST), host.CallWith(HypercallNumber.EventChannelOp, new EventBindVirq { Virq = Virq.Timer, Vcpu = 1 }, (ulong)EventChannelOperation.BindVirq));
        Assert.Equal(0, host.CallWith(HypercallNumber.EventChannelOp, new EventBindVirq { Virq = Virq.Timer }, (ulong)EventChannelOperation.BindVirq));
        Assert.Equal(TestHost.Fails(Errno.EINVAL), host.CallWith(HypercallNumber.EventChannelOp, new EventBindVirq { Virq = Virq.Console, Vcpu = 1 }, (ulong)EventChannelOperation.BindVirq));
    }

    /// <summary>A port chosen for another processor interrupts that one; a closed one leaves it free to be bound again.</summary>
    [Fact]
    public void BindVcpu_MovesAPort()
    {
        using var host = Build(vcpus: 2, guest =>
        {
            var second = guest.CreateLabel();
            guest.Place(ref second, "second");
            guest.Shutdown();
        });
        var events = host.Domain.Events;
        Assert.Equal(Errno.None, events.BindVirq(Virq.Console, 0, out var port));
        Assert.Equal(Errno.None, events.BindVcpu(port, 1));
        events.Raise(Virq.Console);
        Assert.Equal((false, true), (host.Domain.Vcpus[0].Info.UpcallPending, host.Domain.Vcpus[1].Info.UpcallPending));
        Assert.Equal(1u, events[port].Vcpu);
        Assert.Equal(Errno.None, events.Close(port));
        Assert.Equal(Errno.None, events.BindVirq(Virq.Console, 0, out _));
        Assert.Equal(Errno.None, events.BindIpi(1, out var ipi));
        Assert.Equal(Errno.EINVAL, events.BindVcpu(ipi, 0));
    }

    private static void Count(MicroGuest guest, ref Iced.Intel.Label loop)
    {
        guest.mov(ecx, (int)Increments);
        guest.mov(r11, Counter);
        guest.Place(ref loop, "count");
        guest.@lock.inc(__qword_ptr[r11]);
        guest.dec(ecx);
        guest.jnz(loop);
    }

    private static void BindIpi(MicroGuest guest, ulong vcpu)
    {
        guest.Store(Arguments, vcpu);
        guest.Hypercall(HypercallNumber.EventChannelOp, (ulong)EventChannelOperation.BindIpi, Arguments);
        guest.mov(r11, Arguments + 4);
        guest.mov(eax, __dword_ptr[r11]);
        guest.mov(r11, Ports);
        guest.mov(__qword_ptr[r11], rax);
    }

    private static void VcpuOp(MicroGuest guest, VcpuOperation operation, ulong vcpu, ulong argument = 0) =>
        guest.Hypercall(HypercallNumber.VcpuOp, (ulong)operation, vcpu, argument);

    private static TestHost Build(int vcpus, Action<MicroGuest> body)
    {
        var host = new TestHost(MicroGuest.Build(body), vcpus: vcpus);
        var context = Context(host);
        Assert.True(host.Domain.Memory.TryWrite(ContextAddress, in context));
        return host;
    }

    private static unsafe VcpuGuestContext Context(TestHost host)
    {
        Assert.True(host.Domain.Image.TryGetAddress("second", out var address));
        var context = new VcpuGuestContext
        {
            Flags = VcpuGuestContext.InKernel,
            Registers = new CpuUserRegisters { Rip = address, Rsp = SecondStack, Cs = FlatSelectors.KernelCode, Ss = FlatSelectors.KernelStack },
            KernelSs = FlatSelectors.KernelStack,
            KernelSp = SecondStack,
        };
        context.ControlRegisters[3] = host.Domain.Vcpu.KernelTable << 12;
        return context;
    }
}
