using ParaKit.Hypervisor.Backends;
using ParaKit.Hypervisor.Scheduling;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;

namespace ParaKit.Hypervisor.Tests.Scheduling;

/// <summary>Who is charged for what.</summary>
public sealed class MeteringTests
{
    private const ulong Millisecond = 1_000_000;
    private const int Work = 400_000;

    /// <summary>
    /// The same work costs the same, whatever the neighbour does: its interrupts are its own, though they come while the other has the processor. The runstates show what was stolen.
    /// By turns longer than the work the neighbour interrupts once, and nothing else is different; by credit it interrupts and preempts all the time.
    /// </summary>
    [Theory]
    [InlineData("round-robin", 1_110)] // one more switch, after its yield
    [InlineData("credit", 2_200)]
    public void InterruptStorm_IsChargedToWhoCausesIt(string scheduler, int switches)
    {
        const ulong Interrupt = 1000;
        var calm = Run(scheduler, sleep: 0, out var calmNeighbour, out _);
        var stormy = Run(scheduler, sleep: 5_000, out var neighbour, out var stolen);
        Assert.InRange(stormy.GuestNanoseconds, calm.GuestNanoseconds * 999 / 1000, calm.GuestNanoseconds * 1001 / 1000);
        Assert.InRange(stormy.HypervisorNanoseconds, calm.HypervisorNanoseconds - 60, calm.HypervisorNanoseconds + (ulong)switches);
        Assert.True(neighbour.HypervisorNanoseconds >= calmNeighbour.HypervisorNanoseconds + Interrupt, $"{neighbour.HypervisorNanoseconds} and {calmNeighbour.HypervisorNanoseconds}");
        Assert.True(stolen >= Interrupt, $"{stolen} ns stolen");
    }

    /// <summary>Who cuts another's turn short and soon gives the processor back pays for both switches; the other is charged for none but its first.</summary>
    [Fact]
    public void SwitchBack_AfterPreemption_IsChargedToWhoPreempted()
    {
        const ulong Switch = 1050;
        using var host = new ParavirtHost(new HostOptions { Costs = WorkloadGuest.Costs, Scheduler = () => Schedulers.Make("credit", 30 * Millisecond) });
        host.Processors.AtSchedulingPoint = () => Assert.Equal(host.ElapsedCycles, host.Processors.Charged + host.IdleCycles);
        var waker = host.Create(WorkloadGuest.Request(WorkloadGuest.Bursts(2, 200_000, rounds: 1_000_000)));
        var worker = host.Create(WorkloadGuest.Request(WorkloadGuest.Hog));
        host.Run(40 * Millisecond);
        var (before, of, preempted) = (worker.Scheduled.SwitchCycles, waker.Scheduled.SwitchCycles, worker.Result.Exits["Preemption"]);
        host.Run(400 * Millisecond);
        var preemptions = (ulong)(worker.Result.Exits["Preemption"] - preempted);
        Assert.True(preemptions > 100, $"{preemptions} preemptions");
        Assert.InRange(worker.Scheduled.SwitchCycles - before, 0UL, 30 * Switch); // Turns of its own end, too.
        Assert.InRange(waker.Scheduled.SwitchCycles - of, (2 * preemptions * Switch) - (30 * Switch), (2 * preemptions * Switch) + (30 * Switch));
    }

    /// <summary>What back ends do is work for the guest that they serve, whoever has the processor meanwhile.</summary>
    [Theory]
    [InlineData("round-robin")]
    [InlineData("credit")]
    [InlineData("bvt")]
    public void BackEnds_AreChargedToWhomTheyServe(string scheduler)
    {
        const ulong Copy = 1024 * 20; // 8 KiB, 20 cycles an instruction
        using var host = new ParavirtHost(new HostOptions { Costs = WorkloadGuest.Costs, Scheduler = () => Schedulers.Make(scheduler, 5 * Millisecond) });
        host.Processors.AtSchedulingPoint = () => Assert.Equal(host.ElapsedCycles, host.Processors.Charged + host.IdleCycles);
        var served = host.Create(WorkloadGuest.Request(WorkloadGuest.Sleeper));
        var other = host.Create(WorkloadGuest.Request(WorkloadGuest.Hog));
        host.Run(Millisecond);
        var (before, hypervisor) = (served.Usage, other.Usage.HypervisorNanoseconds);
        var copier = new Copier(served.Domain.Backends.Work, Millisecond);
        served.Domain.Backends.Add(copier);
        host.Run(100 * Millisecond);
        Assert.InRange(copier.Served, 90, 100);
        Assert.Equal(before.GuestNanoseconds, served.Usage.GuestNanoseconds);
        Assert.Equal(before.HypervisorNanoseconds + ((ulong)copier.Served * (Copy + 1000)), served.Usage.HypervisorNanoseconds);
        Assert.Equal(hypervisor, other.Usage.HypervisorNanoseconds);
        Assert.Equal(host.ElapsedCycles, served.ChargedCycles + other.ChargedCycles + host.IdleCycles);
    }

    /// <summary>Pages count for as long as a guest has them, also while it is paused, and no longer.</summary>
    [Fact]
    public void Memory_IsPagesTimesTime()
    {
        using var host = new ParavirtHost(new HostOptions { Costs = WorkloadGuest.Costs });
        host.Run(Millisecond);
        var guest = host.Create(WorkloadGuest.Request(WorkloadGuest.Sleeper));
        var start = host.Now;
        host.Run(5 * Millisecond);
        guest.Pause();
        host.Run(5 * Millisecond);
        guest.Unpause();
        Assert.InRange((double)guest.Usage.PageNanoseconds, 0.99 * (TestHost.MemoryBytes >> 12) * (host.Now - start), 1.01 * (TestHost.MemoryBytes >> 12) * (host.Now - start));
        guest.Destroy();
        var end = guest.Usage.PageNanoseconds;
        host.Run(5 * Millisecond);
        Assert.Equal(end, guest.Usage.PageNanoseconds);
    }

    /// <summary>Time of guest and hypervisor is all that was charged.</summary>
    [Fact]
    public void Preemption_IsAnExit_AndTimesAddUp()
    {
        using var host = new ParavirtHost(new HostOptions { Costs = WorkloadGuest.Costs });
        var (one, other) = (host.Create(WorkloadGuest.Request(WorkloadGuest.Hog)), host.Create(WorkloadGuest.Request(WorkloadGuest.Hog)));
        host.Run(100 * Millisecond);
        Assert.All(host.Guests, guest => Assert.InRange(guest.Result.Exits["Preemption"], 9, 11));
        Assert.All(host.Guests, guest => Assert.Equal(guest.ChargedCycles, guest.Usage.GuestNanoseconds + guest.Usage.HypervisorNanoseconds));
        Assert.Equal(host.ElapsedCycles, one.ChargedCycles + other.ChargedCycles + host.IdleCycles);
    }

    /// <summary>Copies 8 KiB as soon as it may, and again after a while.</summary>
    private sealed class Copier(BackendMeter work, ulong nanoseconds) : IBackend
    {
        public int Served { get; private set; }

        public ulong? NextDeadline { get; private set; } = 0;

        public void Serve(ulong now)
        {
            Served++;
            work.Copy(8192);
            NextDeadline = now + nanoseconds;
        }
    }

    private static GuestUsage Run(string scheduler, int sleep, out GuestUsage neighbour, out ulong stolen)
    {
        using var host = new ParavirtHost(new HostOptions { Costs = WorkloadGuest.Costs, Scheduler = () => Schedulers.Make(scheduler, 50 * Millisecond) });
        host.Processors.AtSchedulingPoint = () => Assert.Equal(host.ElapsedCycles, host.Processors.Charged + host.IdleCycles);
        // A neighbour that only sleeps, or is woken by its timer all the time.
        var other = host.Create(WorkloadGuest.Request(sleep == 0 ? WorkloadGuest.Sleeper : WorkloadGuest.Bursts(2, sleep, rounds: 100_000)));
        var worker = host.Create(WorkloadGuest.Request(WorkloadGuest.Bursts(Work, 0, rounds: 1)));
        while (worker.IsAlive)
        {
            host.Run(Millisecond);
        }

        var vcpu = worker.Domain.Vcpus[0];
        stolen = vcpu.Runstates.Capture(vcpu.Clock.Now).RunnableTime;
        neighbour = other.Usage;
        return worker.Usage;
    }
}
