using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ParaKit.Hypervisor.Control;
using ParaKit.Hypervisor.Scheduling;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Tests.Control;

/// <summary>Figures as a listener of this process gets them.</summary>
public sealed class HypervisorMetricsTests
{
    private readonly ConcurrentDictionary<string, double> _values = new();
    private readonly ConcurrentQueue<double> _latencies = new();

    [Fact]
    public async Task Listener_HearsWhatTheHostSays()
    {
        // A name of its own: hosts of other tests have the same meter.
        var (one, other) = ($"one-{Guid.NewGuid():N}", $"other-{Guid.NewGuid():N}");
        using var host = new HostThread(new HostOptions { MemoryBytes = 128 << 20, Costs = WorkloadGuest.Costs, Scheduler = () => Schedulers.Make("round-robin") }, "round-robin", Pace.Free);
        using var listener = Listen(one, other);
        var path = Path.GetTempFileName();
        try
        {
            // Larger than the guest can fill before it is paused: a full disk ends it.
            using (var disk = File.OpenWrite(path))
            {
                disk.SetLength(1L << 30);
            }

            var image = KernelImage.Load(File.ReadAllBytes(BuildOutput.Image("Guest", "paravirt")), "Guest");
            await host.InvokeAsync(domains => domains.Create(
                [new RunRequest(image) { Name = one, MemoryBytes = 32 << 20, CommandLine = "quick store=100000", Disks = [new DiskOptions(path, false)] }, WorkloadGuest.Request(WorkloadGuest.Hog) with { Name = other }], false));
            var snapshot = await PausedAsync(host, one, domain => domain.Devices.DiskWrites >= 20);
            listener.RecordObservableInstruments();
            DomainSnapshot domain = snapshot.Domains[0];
            Assert.Equal(domain.GuestNanoseconds / 1e9, _values[$"parakit.domain.cpu.time {one} guest"], 9);
            Assert.Equal(domain.HypervisorNanoseconds / 1e9, _values[$"parakit.domain.cpu.time {one} hypervisor"], 9);
            Assert.Equal(32 << 20, _values[$"parakit.domain.memory {one}"]);
            Assert.Equal(domain.Exits, _values[$"parakit.domain.exits {one}"]);
            Assert.Equal(domain.Hypercalls, _values[$"parakit.domain.hypercalls {one}"]);
            Assert.Equal(domain.Events, _values[$"parakit.domain.events {one}"]);
            Assert.Equal(domain.Devices.DiskWrites, _values[$"parakit.domain.disk.requests {one} write"]);
            Assert.Equal(domain.Devices.DiskBytesRead, _values[$"parakit.domain.disk.io {one} read"]);
            Assert.Equal(0, _values[$"parakit.domain.network.packets {one} transmit"]);
            Assert.True(_values[$"parakit.domain.hypercalls {one}"] > 0 && _values[$"parakit.domain.events {one}"] > 0 && domain.Devices.DiskReads > 0);
            Assert.True(_values[$"parakit.domain.cpu.time {other} guest"] > 0);

            // The two take turns of 5 ms.
            Assert.Contains(_latencies, latency => latency is > 0.004 and < 0.006);
        }
        finally
        {
            host.Dispose();
            File.Delete(path);
        }

        // Nobody answers any more, and nobody waits for it.
        _values.Clear();
        listener.RecordObservableInstruments();
        Assert.DoesNotContain(_values.Keys, key => key.Contains(one, StringComparison.Ordinal));
    }

    /// <summary>Pauses the first domain as soon as the condition holds, seen and done between two slices.</summary>
    private static async Task<HostSnapshot> PausedAsync(HostThread host, string name, Predicate<DomainSnapshot> condition)
    {
        while (true)
        {
            var snapshot = await host.InvokeAsync(domains => condition(domains.Snapshot().Domains[0]) ? domains.Pause(name) : null);
            if (snapshot is not null)
            {
                return snapshot;
            }

            await Task.Delay(5);
        }
    }

    private MeterListener Listen(params string[] names)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == HypervisorMetrics.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags, names));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags, names));
        listener.Start();
        return listener;
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, string[] names)
    {
        var words = tags.ToArray().Where(tag => tag.Key != "domain.id").Select(tag => tag.Value?.ToString()).ToArray();
        if (words.Length == 0 || !names.Contains(words[0]))
        {
            return;
        }

        if (instrument is Histogram<double>)
        {
            _latencies.Enqueue(value);
        }
        else
        {
            _values[$"{instrument.Name} {string.Join(' ', words)}"] = value;
        }
    }
}
