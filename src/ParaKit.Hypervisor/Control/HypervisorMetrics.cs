using System.Diagnostics;
using System.Diagnostics.Metrics;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Hypervisor.Control;

/// <summary>
/// A host's figures for whoever listens to meters in this process or, as dotnet-counters does, from outside. They are asked for by who listens, and cost nothing otherwise.
/// Names follow OpenTelemetry's conventions.
/// </summary>
public sealed class HypervisorMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ParaKit.Hypervisor";

    private const double NanosecondsPerSecond = 1e9;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_fresh = TimeSpan.FromMilliseconds(50);

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _latency;
    private readonly Func<Task<HostSnapshot>> _read;
    private readonly Lock _gate = new();
    private HostSnapshot? _snapshot;
    private long _taken;

    /// <summary>Offers the figures.</summary>
    /// <param name="read">Takes them; called on the listener's thread.</param>
    internal HypervisorMetrics(Func<Task<HostSnapshot>> read)
    {
        _read = read;
        _latency = _meter.CreateHistogram<double>("parakit.vcpu.scheduling.latency", "s", "How long virtual processors that could run waited for a processor, in virtual time.");
        _meter.CreateObservableCounter("parakit.host.time", () => Host(host => host.Nanoseconds / NanosecondsPerSecond), "s", "Virtual time of the host.");
        _meter.CreateObservableCounter("parakit.host.idle.time", () => Host(host => host.IdleNanoseconds / NanosecondsPerSecond), "s", "Virtual time in which processors had nothing to do, of all together.");
        _meter.CreateObservableUpDownCounter("parakit.host.memory.free", () => Host(host => (long)host.FreeBytes), "By", "Memory that no domain has.");
        _meter.CreateObservableUpDownCounter("parakit.host.domains", () => Host(host => (long)host.Domains.Count(domain => domain.IsAlive)), "{domain}", "Domains that have not ended.");
        _meter.CreateObservableUpDownCounter("parakit.host.vcpus.runnable", () => Host(Runnable), "{vcpu}", "Virtual processors that run, or wait for a processor.");
        AddDomainInstruments();
    }

    /// <summary>A turn has ended. On the host's thread.</summary>
    internal void Count(GuestTurn turn, Func<int, string?> name)
    {
        if (_latency.Enabled && name(turn.Guest) is { } domain)
        {
            _latency.Record(turn.Waited / NanosecondsPerSecond, Tags(turn.Guest, domain));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void AddDomainInstruments()
    {
        _meter.CreateObservableCounter("parakit.domain.cpu.time", () => Domains(Seconds), "s", "Processor time of the domain itself (mode guest), and of the hypervisor on its behalf (mode hypervisor).");
        _meter.CreateObservableUpDownCounter("parakit.domain.memory", () => Figure(domain => (long)domain.MemoryBytes), "By", "Memory that the domain has.");
        _meter.CreateObservableCounter("parakit.domain.exits", () => Figure(domain => domain.Exits), "{exit}", "How often the domain left for the hypervisor.");
        _meter.CreateObservableCounter("parakit.domain.hypercalls", () => Figure(domain => domain.Hypercalls), "{hypercall}", "Hypercalls of the domain.");
        _meter.CreateObservableCounter("parakit.domain.events", () => Figure(domain => domain.Events), "{event}", "Events that were sent to the domain.");
        _meter.CreateObservableCounter("parakit.domain.disk.requests", () => Figures("direction", ("read", d => d.Devices.DiskReads), ("write", d => d.Devices.DiskWrites)), "{request}", "Requests to the domain's disks.");
        _meter.CreateObservableCounter("parakit.domain.disk.io", () => Figures("direction", ("read", d => d.Devices.DiskBytesRead), ("write", d => d.Devices.DiskBytesWritten)), "By", "Bytes read from and written to the domain's disks.");
        _meter.CreateObservableCounter("parakit.domain.network.packets", () => Figures("direction", ("transmit", d => d.Devices.PacketsSent), ("receive", d => d.Devices.PacketsReceived)), "{packet}", "Packets of the domain's interfaces.");
        _meter.CreateObservableCounter("parakit.domain.network.io", () => Figures("direction", ("transmit", d => d.Devices.BytesSent), ("receive", d => d.Devices.BytesReceived)), "By", "Bytes of those packets.");
    }

    private static long Runnable(HostSnapshot host) => host.Domains.Where(domain => domain.IsAlive).Sum(domain => domain.Vcpus.Count(vcpu => vcpu.Status is GuestStatus.Running or GuestStatus.Runnable));

    private static IEnumerable<Measurement<double>> Seconds(DomainSnapshot domain)
    {
        yield return new Measurement<double>(domain.GuestNanoseconds / NanosecondsPerSecond, [.. Tags(domain.Id, domain.Name), new("mode", "guest")]);
        yield return new Measurement<double>(domain.HypervisorNanoseconds / NanosecondsPerSecond, [.. Tags(domain.Id, domain.Name), new("mode", "hypervisor")]);
    }

    private IEnumerable<Measurement<T>> Host<T>(Func<HostSnapshot, T> figure)
        where T : struct => Read() is { } host ? [new Measurement<T>(figure(host))] : [];

    private Measurement<long>[] Figure(Func<DomainSnapshot, long> figure) => Domains<long>(domain => [new Measurement<long>(figure(domain), Tags(domain.Id, domain.Name))]);

    private Measurement<long>[] Figures(string tag, params (string Value, Func<DomainSnapshot, long> Figure)[] figures) => Domains(
        domain => figures.Select(figure => new Measurement<long>(figure.Figure(domain), [.. Tags(domain.Id, domain.Name), new(tag, figure.Value)])));

    private Measurement<T>[] Domains<T>(Func<DomainSnapshot, IEnumerable<Measurement<T>>> measure)
        where T : struct => Read() is { } host ? host.Domains.Where(domain => domain.IsAlive).SelectMany(measure).ToArray() : [];

    private static KeyValuePair<string, object?>[] Tags(int id, string name) => [new("domain.id", id), new("domain.name", name)];

    /// <summary>The figures of one moment for all instruments that are read together; null if the host does not answer.</summary>
    private HostSnapshot? Read()
    {
        lock (_gate)
        {
            if (_snapshot is null || Stopwatch.GetElapsedTime(_taken) > s_fresh)
            {
                _snapshot = TryRead();
                _taken = Stopwatch.GetTimestamp();
            }

            return _snapshot;
        }
    }

    private HostSnapshot? TryRead()
    {
        try
        {
            var read = _read();
            return read.Wait(s_patience) ? read.Result : null;
        }
        catch (AggregateException)
        {
            return null;
        }
    }
}
