using ParaKit.Hypervisor.Control;
using ParaKit.Hypervisor.Scheduling;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Tests.Control;

/// <summary>A machine on a thread of its own, and what others ask of it.</summary>
public sealed class HostThreadTests : IDisposable
{
    private const int Millisecond = 1_000_000;

    private readonly ManualTime _time = new();
    private HostThread? _host;

    public void Dispose() => _host?.Dispose();

    /// <summary>A guest that sleeps a second sleeps a second: no time passes by itself, and a timer fires when real time is there.</summary>
    [Fact]
    public async Task RealPace_PassesNoFasterThanRealTime()
    {
        Start(Pace.Real);
        await CreateAsync("sleeper", WorkloadGuest.Bursts(1000, 10 * Millisecond, rounds: 1));
        Assert.InRange((await SnapshotAsync()).Nanoseconds, 0ul, 1000ul); // what it took to build it
        _time.Advance(1);
        Assert.Equal(GuestStatus.Blocked, (await UntilAsync(host => host.Nanoseconds >= Millisecond)).Domains[0].Status);
        _time.Advance(8);
        Assert.Equal(GuestStatus.Blocked, (await UntilAsync(host => host.Nanoseconds >= 9 * Millisecond)).Domains[0].Status);
        _time.Advance(2);
        Assert.Equal(0, (await UntilAsync(host => !host.Domains[0].IsAlive)).Domains[0].ExitCode);
        Assert.InRange((await SnapshotAsync()).Nanoseconds, 10ul * Millisecond, 11ul * Millisecond);
    }

    /// <summary>Time in which nothing could happen has passed as a whole; what busy domains lag behind is not made up for.</summary>
    [Fact]
    public async Task RealPace_IdleTimeCounts_LagDoesNot()
    {
        Start(Pace.Real);
        _time.Advance(5000);
        Assert.Equal(5000ul * Millisecond, (await UntilAsync(host => host.Nanoseconds > 0)).Nanoseconds);
        await CreateAsync("hog", WorkloadGuest.Hog);
        _time.Advance(60_000);
        HostSnapshot host = await UntilAsync(host => host.Nanoseconds >= 5010ul * Millisecond);
        await Task.Delay(30);
        Assert.InRange((await SnapshotAsync()).Nanoseconds, 5010ul * Millisecond, 5015ul * Millisecond);
        Assert.Equal(GuestStatus.Running, host.Domains[0].Status);
    }

    [Fact]
    public async Task FreePace_SkipsIdleTime()
    {
        Start(Pace.Free);
        await CreateAsync("sleeper", WorkloadGuest.Bursts(1000, 2000 * Millisecond, rounds: 1800));
        HostSnapshot host = await UntilAsync(host => !host.Domains[0].IsAlive);
        Assert.InRange(host.Nanoseconds, 3600_000ul * Millisecond, 3601_000ul * Millisecond);
    }

    /// <summary>Where nothing can happen the thread sleeps.</summary>
    [Theory]
    [InlineData(Pace.Real)]
    [InlineData(Pace.Free)]
    public async Task Idle_DoesNothing(Pace pace)
    {
        Start(pace);
        await CreateAsync("sleeper", WorkloadGuest.Sleeper);
        await UntilAsync(host =>
        {
            _time.Advance(1);
            return host.Domains[0].Status == GuestStatus.Blocked;
        });
        for (var i = 0; i < 20; i++)
        {
            // The first time it may still be on its way to sleep.
            var before = Host.Rounds;
            await Task.Delay(50);
            if (Host.Rounds == before)
            {
                return;
            }
        }

        Assert.Fail("The thread does not sleep.");
    }

    [Fact]
    public async Task Requests_OfManyThreads_AreDoneWhileADomainRuns()
    {
        Start(Pace.Free);
        await CreateAsync("hog", WorkloadGuest.Hog);
        await Parallel.ForAsync(0, 200, async (i, _) =>
        {
            var host = await Host.InvokeAsync(domains => i % 3 == 0 ? domains.Pause("hog") : i % 3 == 1 ? domains.Unpause("1") : domains.Tune("hog", 1 + i, null));
            Assert.Equal("hog", Assert.Single(host.Domains).Name);
        });
        var before = await Host.InvokeAsync(domains => domains.Pause("hog"));
        await Task.Delay(20);
        Assert.Equal(before.Domains[0].GuestNanoseconds, (await SnapshotAsync()).Domains[0].GuestNanoseconds);
        await Host.InvokeAsync(domains => domains.Unpause("hog"));
        await UntilAsync(host => host.Domains[0].GuestNanoseconds > before.Domains[0].GuestNanoseconds);
    }

    [Fact]
    public async Task WhoHasEnded_IsRemembered_WithoutMemory()
    {
        Start(Pace.Free);
        List<int> ended = [];
        await Host.InvokeAsync(domains => domains.Ended = domain => ended.Add(domain.Id));
        var free = (await SnapshotAsync()).FreeBytes;
        for (var i = 0; i < 20; i++)
        {
            await CreateAsync($"short{i}", WorkloadGuest.Short);
            await UntilAsync(host => host.Domains.All(domain => !domain.IsAlive));
        }

        HostSnapshot host = await SnapshotAsync();
        Assert.Equal(free, host.FreeBytes);
        Assert.Equal(Enumerable.Range(1, 20), ended);
        Assert.Equal(Enumerable.Range(20 - HostDomains.Remembered + 1, HostDomains.Remembered), host.Domains.Select(domain => domain.Id));
        Assert.All(host.Domains, domain => Assert.Equal((GuestStatus.ShutDown, 0, 0ul), (domain.Status, domain.ExitCode, domain.MemoryBytes)));
        await RefusedAsync(domains => domains.Pause("short19"), "The domain 'short19' has ended.");

        // A new one of the same name takes the place; and what is remembered can be forgotten.
        await CreateAsync("short19", WorkloadGuest.Sleeper);
        Assert.Equal(21, Assert.Single((await SnapshotAsync()).Domains, domain => domain.Name == "short19").Id);
        await Host.InvokeAsync(domains => domains.Destroy("short18"));
        await RefusedAsync(domains => domains.Snapshot("short18"), "There is no domain 'short18'; there are ");
    }

    [Fact]
    public async Task WhatCannotBe_IsRefused_AndChangesNothing()
    {
        Start(Pace.Free);
        await CreateAsync("one", WorkloadGuest.Sleeper);
        var before = await SnapshotAsync();
        await RefusedAsync(domains => domains.Create([Request("two", WorkloadGuest.Hog), Request("one", WorkloadGuest.Hog)], false), "There is a domain 'one' already.");
        await RefusedAsync(domains => domains.Create([Request("two", WorkloadGuest.Hog) with { MemoryBytes = 1UL << 40 }], false), "of the machine are free");
        await RefusedAsync(domains => domains.Create([Request("two", WorkloadGuest.Hog) with { Vcpus = 99 }], false), "virtual processors, not 99");
        await RefusedAsync(domains => domains.Create([Request("two", WorkloadGuest.Hog) with { Scheduling = new SchedulingParameters { Affinity = 4 } }], false), "pinned to processors");
        await RefusedAsync(domains => domains.Create([Request("3", WorkloadGuest.Hog)], false), "'3' is not the name of a domain");
        await RefusedAsync(domains => domains.Create([Request("a b", WorkloadGuest.Hog)], false), "'a b' is not the name of a domain");
        await RefusedAsync(domains => domains.Tune("one", 0, null), "A weight is 1 to 65535, not 0.");
        await RefusedAsync(domains => domains.Tune("one", null, 101), "A cap is 0 (none) to 100 percent of a processor, not 101.");
        await RefusedAsync(domains => domains.SetMemory("one", 1UL << 30), "'one' can have a page of 4096 bytes to 8 MiB");
        await RefusedAsync(domains => domains.Destroy("99"), "There is no domain '99'; there are 1 (one).");
        await Assert.ThrowsAsync<InvalidOperationException>(() => Host.InvokeAsync<int>(_ => throw new InvalidOperationException("a bug")));
        var after = await SnapshotAsync();
        Assert.Equal(before.FreeBytes, after.FreeBytes);
        Assert.Equal(before.Domains[0] with { Vcpus = [] }, after.Domains[0] with { Vcpus = [] });
    }

    /// <summary>What is typed after the beginning wakes a domain that waits for it, and for nothing else.</summary>
    [Fact]
    public async Task Console_IsTypedOn_WhileTheDomainWaits()
    {
        Start(Pace.Real);
        var image = KernelImage.Load(File.ReadAllBytes(BuildOutput.Image("Disk", "paravirt")), "Disk");
        await Host.InvokeAsync(domains => domains.Create([new RunRequest(image) { Name = "echo", CommandLine = "echo" }], false));
        await UntilAsync(host =>
        {
            _time.Advance(1);
            return host.Domains[0].Status == GuestStatus.Blocked;
        });
        var (domain, console) = await Host.InvokeAsync(domains => domains.Console("echo"));
        Assert.Equal(5, await Host.InvokeAsync(domains => domains.Type(domain.Id, "hello"u8)));
        _time.Advance(1);
        await UntilAsync(_ => Printed(console) == "what? hello");
        Assert.Equal(1, await Host.InvokeAsync(domains => domains.Type(domain.Id, "."u8)));
        _time.Advance(1);
        await UntilAsync(host => !host.Domains[0].IsAlive);
        Assert.Equal("what? hello.", Printed(console));
        Assert.Equal(GuestStatus.ShutDown, console.Last?.Status);
        Assert.Null(await Host.InvokeAsync(domains => domains.Type(domain.Id, "."u8)));
    }

    [Fact]
    public async Task End_EndsDomains_AndRefusesWhatComesLater()
    {
        Start(Pace.Free);
        await CreateAsync("hog", WorkloadGuest.Hog);
        var (_, console) = await Host.InvokeAsync(domains => domains.Console("hog"));
        Host.Dispose();
        await Host.Completion;
        Assert.Equal(GuestStatus.Destroyed, console.Last?.Status);
        await RefusedAsync(domains => domains.Snapshot(), "The host is stopping.");
    }

    private HostThread Host => _host!;

    private static RunRequest Request(string name, KernelImage image) => WorkloadGuest.Request(image) with { Name = name };

    private void Start(Pace pace) => _host = new HostThread(
        new HostOptions { MemoryBytes = 64 << 20, Costs = WorkloadGuest.Costs, Scheduler = () => Schedulers.Make("credit") }, "credit", pace, _time);

    private Task<HostSnapshot> CreateAsync(string name, KernelImage image) => Host.InvokeAsync(domains => domains.Create([Request(name, image)], isPaused: false));

    private Task<HostSnapshot> SnapshotAsync() => Host.InvokeAsync(domains => domains.Snapshot());

    private async Task RefusedAsync(Func<HostDomains, HostSnapshot> request, string message) =>
        Assert.Contains(message, (await Assert.ThrowsAsync<ControlException>(() => Host.InvokeAsync(request))).Message, StringComparison.Ordinal);

    private async Task<HostSnapshot> UntilAsync(Predicate<HostSnapshot> condition)
    {
        for (var i = 0; i < 5000; i++)
        {
            var host = await SnapshotAsync();
            if (condition(host))
            {
                return host;
            }

            await Task.Delay(1);
        }

        throw new TimeoutException();
    }

    private static string Printed(ConsoleLog console)
    {
        var buffer = new byte[1000];
        var (count, _) = console.ReadAsync(0, buffer, CancellationToken.None).GetAwaiter().GetResult();
        return System.Text.Encoding.ASCII.GetString(buffer, 0, count);
    }
}
