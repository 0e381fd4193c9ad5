using System.Text.Encodings.Web;
using System.Text.Json;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Image;

namespace ParaKit.Cli.Tracing;

/// <summary>
/// Writes what happens in a run as a timeline, in the Trace Event Format of Chrome, which Perfetto opens too: a process for the domain, with a track for what its virtual
/// processor does and one for its stays in the hypervisor. Streams: what is written is not kept.
/// </summary>
internal sealed class ChromeTrace : IRunObserver, IDisposable
{
    private const int DomainProcess = 1;
    private const int VcpuTrack = 1;
    private const int HypervisorTrack = 2;
    private const int FlushAtBytes = 1 << 15;
    private const int MaximumPending = 64;
    private const int TimeDigits = 4;

    private readonly Utf8JsonWriter _json;
    private readonly CostProfile _costs;
    private readonly KernelImage _image;
    private readonly long _maximumEvents;
    private readonly List<(string Name, ulong Time)> _hypercalls = [];
    private readonly List<Delivery> _deliveries = [];
    private ulong _guestSince;
    private ulong _lastExitEnd = ulong.MaxValue;
    private long _flows;

    /// <summary>Begins the document.</summary>
    /// <param name="output">Takes UTF-8; not closed.</param>
    /// <param name="technique">Name of the technique.</param>
    /// <param name="image">The kernel, for the names of its functions.</param>
    /// <param name="costs">What virtual time is made of.</param>
    /// <param name="maximumEvents">Events after which the rest is only counted.</param>
    public ChromeTrace(Stream output, string technique, KernelImage image, CostProfile costs, long maximumEvents)
    {
        (_costs, _image, _maximumEvents) = (costs, image, maximumEvents);
        _json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _json.WriteStartObject();
        _json.WriteString("displayTimeUnit", "ns");
        _json.WriteStartArray("traceEvents");
        WriteName("process_name", track: null, $"domain: {image.Name}, {technique}");
        WriteName("thread_name", VcpuTrack, "vCPU 0");
        WriteName("thread_name", HypervisorTrack, "hypervisor for vCPU 0");
        Technique = technique;
    }

    /// <summary>Events written.</summary>
    public long Events { get; private set; }

    /// <summary>Events left out because there were too many.</summary>
    public long Omitted { get; private set; }

    private string Technique { get; }

    /// <inheritdoc/>
    public void OnExit(in ExitSlice slice)
    {
        var name = slice.Kind == ExitKind.CallOut ? "call-out: " + slice.Reason : slice.Reason;
        WriteSlice(VcpuTrack, slice.IsUser ? "program" : "kernel", "guest", _guestSince, slice.Start, address: 0);
        WriteSlice(HypervisorTrack, name, slice.Kind == ExitKind.CallOut ? "call-out" : "exit", slice.Start, slice.End, slice.Rip);
        foreach (var (hypercall, time) in _hypercalls)
        {
            WriteSlice(HypervisorTrack, hypercall, "hypercall", time, slice.End, address: 0);
        }

        foreach (var delivery in _deliveries)
        {
            if (delivery.Time >= slice.Start)
            {
                WriteFlow(delivery.Name, delivery.Time, slice.End);
            }
        }

        _hypercalls.Clear();
        _deliveries.Clear();
        (_guestSince, _lastExitEnd) = (slice.End, slice.End);
        FlushIfFull();
    }

    /// <inheritdoc/>
    public void OnHypercall(string name, ulong time)
    {
        if (_hypercalls.Count < MaximumPending)
        {
            _hypercalls.Add((name, time));
        }
        else
        {
            Omitted++;
        }
    }

    /// <inheritdoc/>
    public void OnDelivery(in Delivery delivery)
    {
        WriteInstant(in delivery);
        var isOfLastExit = delivery.Time >= _lastExitEnd && delivery.Time - _lastExitEnd <= _costs.ExceptionDelivery;
        if (isOfLastExit)
        {
            WriteFlow(delivery.Name, _lastExitEnd, delivery.Time);
        }
        else if (_deliveries.Count < MaximumPending)
        {
            _deliveries.Add(delivery);
        }

        FlushIfFull();
    }

    /// <summary>Ends the document.</summary>
    /// <param name="cycles">When the run ended.</param>
    public void Complete(ulong cycles)
    {
        WriteSlice(VcpuTrack, "kernel", "guest", _guestSince, Math.Max(cycles, _guestSince), address: 0);
        _json.WriteEndArray();
        _json.WriteStartObject("otherData");
        _json.WriteString("technique", Technique);
        _json.WriteString("image", _image.Name);
        _json.WriteString("imageSha256", _image.Sha256);
        _json.WriteString("time", "modelled");
        _json.WriteString("costProfile", _costs.Name);
        _json.WriteNumber("frequencyHz", _costs.FrequencyHz);
        _json.WriteNumber("events", Events);
        _json.WriteNumber("omittedEvents", Omitted);
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.Flush();
    }

    /// <summary>Drops what has not been written; after <see cref="Complete"/> there is nothing.</summary>
    public void Dispose()
    {
        _json.Reset(Stream.Null);
        _json.Dispose();
    }

    private void WriteSlice(int track, string name, string category, ulong start, ulong end, ulong address)
    {
        if (end < start || (category == "guest" && end == start) || !TryBegin("X", name, category, track, start))
        {
            return;
        }

        _json.WriteNumber("dur", Microseconds(end) - Microseconds(start));
        if (address != 0)
        {
            WriteAddress("rip", address);
        }

        _json.WriteEndObject();
    }

    private void WriteInstant(in Delivery delivery)
    {
        if (!TryBegin("i", delivery.Name, "delivery", VcpuTrack, delivery.Time))
        {
            return;
        }

        _json.WriteString("s", "t");
        _json.WriteStartObject("args");
        if (delivery.Vector is { } vector)
        {
            _json.WriteNumber("vector", vector);
        }

        _json.WriteString("handler", _image.Describe(delivery.Handler));
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    /// <summary>An arrow from the hypervisor to what the guest does next.</summary>
    private void WriteFlow(string name, ulong from, ulong to)
    {
        if (Events + 2 > _maximumEvents)
        {
            Omitted += 2;
            return;
        }

        _flows++;
        foreach (var (phase, track, time) in new[] { ("s", HypervisorTrack, from), ("f", VcpuTrack, to) })
        {
            TryBegin(phase, name, "delivery", track, time);
            _json.WriteNumber("id", _flows);
            if (phase == "f")
            {
                _json.WriteString("bp", "e");
            }

            _json.WriteEndObject();
        }
    }

    private bool TryBegin(string phase, string name, string category, int track, ulong time)
    {
        if (Events >= _maximumEvents)
        {
            Omitted++;
            return false;
        }

        Events++;
        _json.WriteStartObject();
        _json.WriteString("ph", phase);
        _json.WriteString("name", name);
        _json.WriteString("cat", category);
        _json.WriteNumber("pid", DomainProcess);
        _json.WriteNumber("tid", track);
        _json.WriteNumber("ts", Microseconds(time));
        return true;
    }

    private void WriteAddress(string name, ulong address)
    {
        _json.WriteStartObject("args");
        _json.WriteString(name, _image.Describe(address));
        _json.WriteEndObject();
    }

    private void WriteName(string kind, int? track, string name)
    {
        _json.WriteStartObject();
        _json.WriteString("ph", "M");
        _json.WriteString("name", kind);
        _json.WriteNumber("pid", DomainProcess);
        if (track is { } number)
        {
            _json.WriteNumber("tid", number);
        }

        _json.WriteStartObject("args");
        _json.WriteString("name", name);
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private decimal Microseconds(ulong cycles) => decimal.Round(cycles * 1_000_000m / _costs.FrequencyHz, TimeDigits);

    private void FlushIfFull()
    {
        if (_json.BytesPending > FlushAtBytes)
        {
            _json.Flush();
        }
    }
}
