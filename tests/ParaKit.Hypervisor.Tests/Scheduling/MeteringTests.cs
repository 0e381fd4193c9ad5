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
    [InlineData("credit", 60_000)]
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
