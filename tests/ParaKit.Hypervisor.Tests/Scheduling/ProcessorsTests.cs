using ParaKit.Hypervisor.Scheduling;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;

namespace ParaKit.Hypervisor.Tests.Scheduling;

/// <summary>Several processors: nobody idles while somebody waits, no cycle is lost, and it is always the same.</summary>
public sealed class ProcessorsTests
{
    private const ulong Millisecond = 1_000_000;

    /// <summary>At every scheduling point of random workloads on 1 to 16 processors.</summary>
    [Theory]
    [MemberData(nameof(AllSchedulers))]
    public void RandomWorkloads_KeepWhatIsPromised(string scheduler)
    {
        var points = 0;
        for (var round = 0; round < 25; round++)
        {
            var seed = Random.Shared.Next();
            var first = Run(seed, scheduler, out var inThis);
            Assert.Equal(first, Run(seed, scheduler, out _));
            points += inThis;
        }

        Assert.True(points > 1000, $"{points} scheduling points");
    }

    /// <summary>Three that never sleep have two processors in equal parts, though the queues cannot be equally long.</summary>
    [Theory]
    [InlineData(2, 3)]
    [InlineData(3, 4)]
    [InlineData(4, 6)]
    [InlineData(2, 2)]
    [InlineData(4, 3)]
    public void Hogs_ShareTheProcessors(int cpus, int hogs)
    {
        using var host = new ParavirtHost(new HostOptions { Cpus = cpus, Costs = WorkloadGuest.Costs });
        for (var i = 0; i < hogs; i++)
        {
            host.Create(WorkloadGuest.Request(WorkloadGuest.Hog));
        }

        host.Run(300 * Millisecond);
        var each = 300 * Millisecond * (ulong)Math.Min(cpus, hogs) / (ulong)hogs;
        Assert.All(host.Guests, guest => Assert.InRange(guest.ChargedCycles, each * 95 / 100, each * 105 / 100));
    }

    [Fact]
    public void Pinned_StaysWhereItIs()
    {
        using var host = new ParavirtHost(new HostOptions { Cpus = 4, Costs = WorkloadGuest.Costs });
        var request = WorkloadGuest.Request(WorkloadGuest.Hog);
        var pinned = Enumerable.Range(0, 3).Select(_ => host.Create(request with { Scheduling = new() { Affinity = 0b0100 } })).ToArray();
        var free = host.Create(request);
        for (var i = 0; i < 60; i++)
        {
            host.Run(Millisecond);
            Assert.All(pinned, guest => Assert.Equal(2, guest.Vcpus[0].Cpu));
        }

        Assert.InRange(free.ChargedCycles, 59 * Millisecond, 61 * Millisecond);
        Assert.All(pinned, guest => Assert.InRange(guest.ChargedCycles, 15 * Millisecond, 25 * Millisecond));
        pinned[0].Scheduling = new() { Affinity = 0b0001 };
        host.Run(Millisecond);
        Assert.Equal(0, pinned[0].Vcpus[0].Cpu);
    }

    public static TheoryData<string> AllSchedulers => [.. Schedulers.Names];

    private static string Run(int seed, string scheduler, out int points)
    {
        var random = new Random(seed);
        var cpus = random.Next(1, 17);
        using var host = new ParavirtHost(new HostOptions { Cpus = cpus, Costs = WorkloadGuest.Costs, Scheduler = () => Schedulers.Make(scheduler, (ulong)random.Next(10_000, 1_000_000)) });
        var (count, lastMoments) = (0, new ulong[cpus]);
        host.Processors.AtSchedulingPoint = () =>
        {
            count++;
            Check(host, seed);
            foreach (var cpu in host.Processors.Cpus)
            {
                Assert.True(cpu.Clock.Nanoseconds >= lastMoments[cpu.Number], $"time goes back, seed {seed}");
                lastMoments[cpu.Number] = cpu.Clock.Nanoseconds;
            }
        };
        for (var i = random.Next(1, 20); i > 0; i--)
        {
            var image = random.Next(5) switch
            {
                0 => WorkloadGuest.Short,
                1 => WorkloadGuest.Sleeper,
                _ => WorkloadGuest.Bursts(random.Next(1, 20_000), random.Next(3) == 0 ? 0 : random.Next(200_000), random.Next(1, 10)),
            };
            var all = (1UL << cpus) - 1;
            host.Create(WorkloadGuest.Request(image) with
            {
                Scheduling = new SchedulingParameters
                {
                    Weight = random.Next(1, 1000),
                    Affinity = random.Next(2) == 0 ? all : 1UL << random.Next(cpus),
                    Cap = random.Next(5) == 0 ? random.Next(1, 101) : 0,
                },
            });
        }

        host.RunToEnd(default);
        points = count;
        Assert.Equal((ulong)host.Guests.Sum(guest => (long)guest.ChargedCycles) + host.IdleCycles, host.ElapsedCycles);
        Assert.All(host.Guests, guest => Assert.True(guest.Status is GuestStatus.ShutDown or GuestStatus.Blocked, $"{guest.Status}, seed {seed}"));
        return string.Join(';', host.Guests.Select(guest => $"{guest.Result.Instructions} {guest.ChargedCycles}")) + $" {host.Now}";
    }

    private static void Check(ParavirtHost host, int seed)
    {
        Assert.True(host.Processors.Charged + host.IdleCycles == host.ElapsedCycles, $"cycles are lost, seed {seed}");
        foreach (var idle in host.Processors.Cpus.Where(cpu => cpu.IsIdle))
        {
            var starving = host.Processors.Cpus.Where(cpu => cpu != idle && !cpu.IsIdle)
                .Any(cpu => cpu.Waiting.Count(vcpu => vcpu.Parameters.Cap == 0 && vcpu.IsAllowedOn(idle)) > (cpu.Current is null ? 1 : 0));
            Assert.False(starving, $"processor {idle.Number} idles while somebody waits, seed {seed}");
        }
    }
}
