using ParaKit.Abi;
using ParaKit.Hypervisor.Tests.Support;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Events;

/// <summary>Virtual time, timers and the event callback, from guest code.</summary>
public sealed class TimerAndEventTests
{
    [Fact]
    public void Block_WakesByTheTimer_AndDeliversTheEvent()
    {
        using var host = TestHost.RunToShutdown(guest =>
        {
            var callback = guest.CreateLabel();
            guest.SetCallback(CallbackType.Event, 0, callback);
            guest.MapSharedInfo();
            guest.BindTimer();
            guest.SetTimer(5_000_000);
            guest.Hypercall(HypercallNumber.SchedOp, (ulong)SchedulerOperation.Block, 0);
            guest.mov(eax, 99);
            guest.Report();
            guest.Place(ref callback, "callback");
            guest.ReportStack(5);
            guest.mov(r12, MicroGuest.SharedInfoAddress);
            guest.mov(rax, __qword_ptr[r12]);
            guest.Report();
            guest.mov(rax, __qword_ptr[r12 + SharedInfo.EventPendingOffset]);
            guest.Report();
            guest.mov(rax, __qword_ptr[r12 + 48]);
            guest.Report();
            guest.Shutdown();
        });
        // Results 1..: RCX, R11, RIP, CS, RFLAGS; mask was open; now pending and masked; port 3.
        Assert.Equal(0xe030, host.Result(4));
        Assert.Equal(0x200, host.Result(5) & 0x200);
        Assert.Equal(0x0101, host.Result(6) & 0xffff);
        Assert.Equal(1L << 3, host.Result(7));
        Assert.InRange(host.Result(8), 5_000_000, 5_001_000);
    }

    [Fact]
    public void TimerInterruptsARunningGuest()
    {
        using var host = TestHost.RunToShutdown(guest =>
        {
            var callback = guest.CreateLabel();
            var loop = guest.CreateLabel();
            guest.SetCallback(CallbackType.Event, 0, callback);
            guest.MapSharedInfo();
            guest.BindTimer();
            guest.SetEventMask(0);
            guest.rdtsc();
            guest.SetTimer(100_000);
            guest.Place(ref loop, "loop");
            guest.jmp(loop);
            guest.Place(ref callback, "callback");
            guest.ReportStack(3);
            guest.Shutdown();
        });
        Assert.True(host.Domain.Image.TryGetAddress("loop", out var loop));
        Assert.Equal((long)loop, host.Result(2));
        Assert.Equal(1, host.Domain.Exits["Timer"]);
        Assert.InRange(host.Domain.Clock.Now, 100_000ul, 110_000ul);
    }

    [Fact]
    public void MaskedEvent_WaitsForTheMask()
    {
        using var host = TestHost.RunToShutdown(guest =>
        {
            var callback = guest.CreateLabel();
            var loop = guest.CreateLabel();
            guest.SetCallback(CallbackType.Event, 0, callback);
            guest.MapSharedInfo();
            guest.BindTimer();
            guest.SetTimer(50_000);
            guest.mov(ecx, 100_000);
            guest.Place(ref loop, "loop");
            guest.dec(ecx);
            guest.jnz(loop);
            guest.mov(eax, 1);
            guest.Report();
            guest.SetEventMask(0);
            // Any hypercall delivers what is pending.
            guest.Hypercall(HypercallNumber.XenVersion, 0, 0);
            guest.mov(eax, 3);
            guest.Report();
            guest.Shutdown();
            guest.Place(ref callback, "callback");
            guest.mov(r11, MicroGuest.Results + 16);
            guest.mov(__qword_ptr[r11], 2);
            guest.mov(r11, MicroGuest.SharedInfoAddress);
            guest.mov(__byte_ptr[r11], 0);
            guest.Return();
        });
        Assert.Equal([1, 3, 2], Enumerable.Range(0, 3).Select(host.Result));
    }

    [Fact]
    public void PeriodicTimer_KeepsItsPeriod()
    {
        using var host = TestHost.RunToShutdown(guest =>
        {
            var callback = guest.CreateLabel();
            var loop = guest.CreateLabel();
            guest.SetCallback(CallbackType.Event, 0, callback);
            guest.MapSharedInfo();
            guest.BindTimer();
            guest.Store(MicroGuest.Data + 0x400, 2_000_000);
            guest.Hypercall(HypercallNumber.VcpuOp, (ulong)VcpuOperation.SetPeriodicTimer, 0, MicroGuest.Data + 0x400);
            guest.xor(ebx, ebx);
            guest.Place(ref loop, "loop");
            guest.Hypercall(HypercallNumber.SchedOp, (ulong)SchedulerOperation.Block, 0);
            guest.cmp(ebx, 10);
            guest.jb(loop);
            guest.Shutdown();
            guest.Place(ref callback, "callback");
            guest.inc(ebx);
            guest.mov(r11, MicroGuest.SharedInfoAddress);
            guest.mov(__byte_ptr[r11], 0);
            guest.mov(__qword_ptr[r11 + 8], 0);
            guest.mov(__qword_ptr[r11 + SharedInfo.EventPendingOffset], 0);
            guest.Return();
        });
        Assert.InRange(host.Domain.Clock.Now, 20_000_000ul, 20_100_000ul);
    }

    [Fact]
    public void Poll_WakesForAMaskedPort_AndByTimeout()
    {
        using var host = TestHost.RunToShutdown(guest =>
        {
            const ulong Poll = MicroGuest.Data + 0x400;
            guest.MapSharedInfo();
            guest.BindTimer();
            guest.mov(r11, MicroGuest.SharedInfoAddress + SharedInfo.EventMaskOffset);
            guest.mov(__qword_ptr[r11], -1);
            guest.Store(Poll + 0x20, 3);
            guest.Store(Poll, Poll + 0x20);
            guest.Store(Poll + 8, 1);
            guest.Store(Poll + 16, 0);
            guest.SetTimer(3_000_000);
            guest.Hypercall(HypercallNumber.SchedOp, (ulong)SchedulerOperation.Poll, Poll);
            guest.Report();
            guest.Store(Poll + 8, 0);
            guest.Store(Poll + 16, 9_000_000);
            guest.Hypercall(HypercallNumber.SchedOp, (ulong)SchedulerOperation.Poll, Poll);
            guest.Report();
            guest.Shutdown();
        });
        Assert.Equal(0, host.Result(0));
        Assert.Equal(0, host.Result(1));
        Assert.InRange(host.Domain.Clock.Now, 9_000_000ul, 9_100_000ul);
    }

    [Fact]
    public void Runs_AreRepeatable()
    {
        static (ulong, long) Once()
        {
            using var host = TestHost.RunToShutdown(guest =>
            {
                guest.BindTimer();
                guest.SetTimer(777_777);
                guest.Shutdown();
            });
            return (host.Host.Machine.Clock.Cycles, host.Host.Machine.Processor.Counters.Instructions);
        }

        Assert.Equal(Once(), Once());
    }
}
