using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Scheduling;
using ParaKit.Hypervisor.Store;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Tests.Techniques;

/// <summary>Domains that come, change and go while others run.</summary>
public sealed class ParavirtHostTests
{
    private const ulong Millisecond = 1_000_000;

    [Fact]
    public void Domains_ComeAndGo_AndOnlyWhoRunsIsCharged()
    {
        using var host = Host();
        var first = host.Create(WorkloadGuest.Request(WorkloadGuest.Hog));
        host.Run(100 * Millisecond);
        Assert.Equal(GuestStatus.Running, first.Status);
        var second = host.Create(WorkloadGuest.Request(WorkloadGuest.Hog));
        Assert.Equal((1, 2), (first.Id, second.Id));
        var before = first.ChargedCycles;
        host.Run(100 * Millisecond);
        Assert.InRange(first.ChargedCycles - before, 45 * Millisecond, 55 * Millisecond);
        first.Pause();
        Assert.Equal(GuestStatus.Paused, first.Status);
        before = first.ChargedCycles;
        host.Run(50 * Millisecond);
        Assert.Equal(before, first.ChargedCycles);
        second.Destroy();
        host.Run(50 * Millisecond);
        Assert.Equal((GuestStatus.Destroyed, false), (second.Status, second.IsAlive));
        Assert.InRange(host.IdleCycles, 50 * Millisecond, 51 * Millisecond);
        first.Unpause();
        host.Run(10 * Millisecond);
        Assert.InRange(first.ChargedCycles - before, 10 * Millisecond, 11 * Millisecond);
        Assert.Equal(host.ElapsedCycles, first.ChargedCycles + second.ChargedCycles + host.IdleCycles);
        Assert.Equal(RunOutcome.Stopped, second.Result.Outcome);
    }

    [Fact]
    public void PausedDomain_DoesNotWakeByItsTimer_ButAfterwards()
    {
        using var host = Host();
        var guest = host.Create(WorkloadGuest.Request(WorkloadGuest.Bursts(1000, (int)(10 * Millisecond), rounds: 1)));
        host.Run(Millisecond);
        Assert.Equal(GuestStatus.Blocked, guest.Status);
        guest.Pause();
        host.Run(100 * Millisecond);
        Assert.Equal(GuestStatus.Paused, guest.Status);
        guest.Unpause();
        host.Run(Millisecond);
        Assert.Equal(GuestStatus.ShutDown, guest.Status);
    }

    /// <summary>Weights and caps count from when they are set.</summary>
    [Fact]
    public void Entitlement_CanChange()
    {
        using var host = Host(scheduler: "credit");
        var (first, second) = (host.Create(WorkloadGuest.Request(WorkloadGuest.Hog)), host.Create(WorkloadGuest.Request(WorkloadGuest.Hog)));
        host.Run(60 * Millisecond);
        first.Scheduling = new SchedulingParameters { Weight = 768 };
        var before = first.ChargedCycles;
        host.Run(600 * Millisecond);
        Assert.InRange(first.ChargedCycles - before, 420 * Millisecond, 480 * Millisecond);
        second.Scheduling = new SchedulingParameters { Cap = 10 };
        before = second.ChargedCycles;
        host.Run(600 * Millisecond);
        Assert.InRange(second.ChargedCycles - before, 57 * Millisecond, 63 * Millisecond);
        Assert.Throws<ArgumentException>(() => first.Scheduling = new SchedulingParameters { Weight = 0 });
        Assert.Equal(768, first.Scheduling.Weight);
    }

    [Theory]
    [MemberData(nameof(AllSchedulers))]
    public void EveryScheduler_BearsItAll(string scheduler)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        using var host = Host(cpus: 1 + random.Next(4), scheduler);
        for (var i = 0; i < 200; i++)
        {
            var alive = host.Guests.Where(guest => guest.IsAlive).ToArray();
            var guest = alive.Length > 0 ? alive[random.Next(alive.Length)] : null;
            switch (random.Next(7))
            {
                case 0 when host.FreeBytes > 12 << 20:
                    host.Create(WorkloadGuest.Request(random.Next(2) == 0 ? WorkloadGuest.Hog : WorkloadGuest.Bursts(random.Next(1, 10_000), random.Next(1_000_000), random.Next(1, 50))));
                    break;
                case 1:
                    guest?.Pause();
                    break;
                case 2 or 3:
                    guest?.Unpause();
                    break;
                case 4:
                    guest?.Destroy();
                    break;
                case 5 when guest is not null:
                    guest.Scheduling = new SchedulingParameters { Weight = random.Next(1, 1000), Cap = random.Next(3) == 0 ? random.Next(1, 100) : 0, Affinity = (ulong)random.Next(1, 16) | 1 };
                    break;
                default:
                    host.Run((ulong)random.Next((int)Millisecond));
                    break;
            }

            foreach (var gone in host.Guests.Where(g => !g.IsAlive).Skip(3).ToArray())
            {
                host.Forget(gone);
            }
        }

        Assert.True(host.Now > 0, $"seed {seed}");
    }

    public static TheoryData<string> AllSchedulers => [.. Schedulers.Names];

    /// <summary>Memory comes back whole, and without what was in it.</summary>
    [Fact]
    public void ForgottenDomains_LeaveNothing()
    {
        using var host = Host(memoryMebibytes: 40);
        var (free, run) = (host.FreeBytes, WorkloadGuest.Request(WorkloadGuest.Hog) with { Interfaces = [VifOptions.Parse("lan")] });
        var (paths, watches) = (Paths(host), host.Store.WatchCount);
        for (var i = 0; i < 20; i++)
        {
            var (one, other) = (host.Create(run with { Vcpus = 4 }), host.Create(run));
            Assert.Equal(((2 * i) + 1, (2 * i) + 2), (one.Id, other.Id));
            host.Run(Millisecond / 10);
            Assert.Throws<InvalidOperationException>(() => host.Forget(one));
            var (frames, memory) = (other.Domain.Frames, host.Memory);
            one.Destroy();
            other.Destroy();
            host.Forget(one);
            host.Forget(other);
            Assert.Equal(free, host.FreeBytes);
            Assert.Equal((paths, watches), (Paths(host), host.Store.WatchCount));
            Assert.All(frames, frame => Assert.False(memory.ReadOnlySpan(frame << 12, 4096).ContainsAnyExcept((byte)0)));
        }
    }

    /// <summary>One that has used a device: both halves had paths, and watched each other's.</summary>
    [Fact]
    public void ForgottenDomain_WithADevice_LeavesNothingInTheStore()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, new byte[1 << 20]);
            using var host = new ParavirtHost(new HostOptions());
            var (paths, watches) = (Paths(host), host.Store.WatchCount);
            var guest = host.Create(new RunRequest(KernelImage.Load(File.ReadAllBytes(BuildOutput.Image("Guest", "paravirt")), "Guest"))
            {
                CommandLine = "quick store=100",
                Disks = [new DiskOptions(path, IsReadOnly: false)],
            });
            while (guest.DeviceTotals.DiskWrites == 0)
            {
                host.Run(Millisecond / 10);
            }

            Assert.InRange(host.Store.WatchCount, watches + 2, watches + 10);
            guest.Destroy();
            host.Forget(guest);
            Assert.Equal((paths, watches), (Paths(host), host.Store.WatchCount));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void WhatDoesNotFit_IsRefused_AndChangesNothing()
    {
        using var host = Host(memoryMebibytes: 20);
        var (free, paths, watches) = (host.FreeBytes, Paths(host), host.Store.WatchCount);
        Assert.Contains("of the machine are free", Assert.Throws<DomainBuildException>(() => host.Create(WorkloadGuest.Request(WorkloadGuest.Hog) with { MemoryBytes = 64 << 20 })).Message, StringComparison.Ordinal);
        Assert.Throws<DomainBuildException>(() => host.Create(WorkloadGuest.Request(WorkloadGuest.Hog) with { Vcpus = 33 }));
        Assert.Throws<DomainBuildException>(() => host.Create(WorkloadGuest.Request(WorkloadGuest.Hog) with { Disks = [new DiskOptions("/no/such/disk", false)] }));
        Assert.Throws<ArgumentException>(() => host.Create(WorkloadGuest.Request(WorkloadGuest.Hog) with { Scheduling = new SchedulingParameters { Affinity = 2 } }));
        Assert.Equal((free, paths, watches), (host.FreeBytes, Paths(host), host.Store.WatchCount));
        Assert.Empty(host.Guests);
        Assert.Throws<ArgumentException>(() => Host(cpus: 17));
        Assert.Throws<ArgumentException>(() => Host(cpus: 0));
    }

    /// <summary>All paths of the store but those above domains, which stay.</summary>
    private static string Paths(ParavirtHost host)
    {
        return string.Join('\n', Below("/").Where(path => path is not ("/local" or "/local/domain" or "/local/domain/0" or "/local/domain/0/backend" or "/local/domain/0/backend/vif" or "/local/domain/0/backend/vbd")));

        IEnumerable<string> Below(string path)
        {
            host.Store.Tree.List(StoreTree.Control, path, out var names);
            return names.Select(name => path == "/" ? path + name : $"{path}/{name}").SelectMany(child => Below(child).Prepend(child));
        }
    }

    private static ParavirtHost Host(int cpus = 1, string scheduler = "round-robin", int memoryMebibytes = 64)
    {
        var host = new ParavirtHost(new HostOptions { MemoryBytes = (ulong)memoryMebibytes << 20, Cpus = cpus, Costs = WorkloadGuest.Costs, Scheduler = () => Schedulers.Make(scheduler) });
        host.Processors.AtSchedulingPoint = () => Assert.Equal(host.ElapsedCycles, host.Processors.Charged + host.IdleCycles);
        return host;
    }
}
