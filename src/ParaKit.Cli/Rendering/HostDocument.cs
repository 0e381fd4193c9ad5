using System.Text.Json;
using System.Text.Json.Serialization;
using ParaKit.Hypervisor.Control;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Rendering;

/// <summary>A host and domains of it: what the commands that act on a host print with <c>--json</c>.</summary>
internal sealed record HostDocument(
    int SchemaVersion,
    HostFigures Host,
    IReadOnlyList<DomainFigures> Domains)
{
    private const int Version = 1;

    /// <summary>Makes one.</summary>
    public static HostDocument Of(HostSnapshot host) => new(Version, HostFigures.Of(host), [.. host.Domains.Select(domain => DomainFigures.Of(domain, null))]);

    /// <summary>Makes one of a later moment, with what domains have used of a processor since.</summary>
    public static HostDocument Of(TopSample sample) =>
        new(Version, HostFigures.Of(sample.Host), [.. sample.Host.Domains.Select(domain => DomainFigures.Of(domain, Math.Round(sample.Percent(domain), 3)))]);
}

/// <summary>What <c>top --json</c> prints.</summary>
internal sealed record TopDocument(int SchemaVersion, IReadOnlyList<HostDocument> Samples)
{
    /// <summary>Makes one.</summary>
    public static TopDocument Of(IReadOnlyList<TopSample> samples) => new(1, [.. samples.Select(HostDocument.Of)]);
}

/// <summary>Figures of a host.</summary>
internal sealed record HostFigures(int Cpus, string Scheduler, string Pace, ulong MemoryBytes, ulong FreeBytes, ulong Nanoseconds, ulong IdleNanoseconds)
{
    /// <summary>Makes them.</summary>
    public static HostFigures Of(HostSnapshot host) =>
        new(host.Cpus, host.Scheduler, DomainWords.Of(host.Pace), host.MemoryBytes, host.FreeBytes, host.Nanoseconds, host.IdleNanoseconds);
}

/// <summary>Figures of a domain.</summary>
internal sealed record DomainFigures(
    int Id,
    string Name,
    string Status,
    string State,
    double? CpuPercent,
    ulong MemoryBytes,
    ulong MemoryTarget,
    ulong MaximumMemoryBytes,
    IReadOnlyList<VcpuFigures> Vcpus,
    int Weight,
    int Cap,
    IReadOnlyList<int> Affinity,
    ulong GuestNanoseconds,
    ulong HypervisorNanoseconds,
    long Exits,
    long Hypercalls,
    long Events,
    DeviceTotals Devices,
    int? ExitCode,
    string? Reason)
{
    /// <summary>Makes them.</summary>
    public static DomainFigures Of(DomainSnapshot domain, double? percent) => new(
        domain.Id,
        domain.Name,
        DomainWords.Of(domain.Status),
        DomainWords.Letters(domain.Status),
        percent,
        domain.MemoryBytes,
        domain.MemoryTarget,
        domain.MaximumMemoryBytes,
        [.. domain.Vcpus.Select(vcpu => new VcpuFigures(vcpu.Number, vcpu.Cpu, DomainWords.Of(vcpu.Status), vcpu.RunningNanoseconds))],
        domain.Weight,
        domain.Cap,
        DomainWords.Bits(domain.Affinity),
        domain.GuestNanoseconds,
        domain.HypervisorNanoseconds,
        domain.Exits,
        domain.Hypercalls,
        domain.Events,
        domain.Devices,
        domain.ExitCode,
        domain.Reason);
}

/// <summary>Figures of a virtual processor.</summary>
internal sealed record VcpuFigures(int Number, int? Cpu, string Status, ulong Nanoseconds);

/// <summary>Serialization, generated at compile time.</summary>
[JsonSerializable(typeof(HostDocument))]
[JsonSerializable(typeof(TopDocument))]
internal sealed partial class HostDocumentJson : JsonSerializerContext
{
    /// <summary>Options of ParaKit's documents.</summary>
    public static HostDocumentJson With(JsonSerializerOptions options) => new(options);
}
