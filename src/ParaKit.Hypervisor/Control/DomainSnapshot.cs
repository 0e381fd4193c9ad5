using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Hypervisor.Control;

/// <summary>A domain at a moment.</summary>
public sealed record DomainSnapshot
{
    /// <summary>Its number.</summary>
    public required int Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is doing.</summary>
    public required GuestStatus Status { get; init; }

    /// <summary>Memory that it has, in bytes; 0 at its end.</summary>
    public ulong MemoryBytes { get; init; }

    /// <summary>Memory that it is to have, in bytes.</summary>
    public ulong MemoryTarget { get; init; }

    /// <summary>Memory that it was started with, in bytes.</summary>
    public ulong MaximumMemoryBytes { get; init; }

    /// <summary>Its virtual processors.</summary>
    public required IReadOnlyList<VcpuStatus> Vcpus { get; init; }

    /// <summary>Its share of the processors relative to others.</summary>
    public int Weight { get; init; }

    /// <summary>The most of a processor that it may use, in percent; 0 is no limit.</summary>
    public int Cap { get; init; }

    /// <summary>Processors that it may run on, a bit for each that the machine has.</summary>
    public ulong Affinity { get; init; }

    /// <summary>Nanoseconds of a processor in which it ran.</summary>
    public ulong GuestNanoseconds { get; init; }

    /// <summary>Nanoseconds of a processor in which the hypervisor worked for it.</summary>
    public ulong HypervisorNanoseconds { get; init; }

    /// <summary>How often it left for the hypervisor.</summary>
    public long Exits { get; init; }

    /// <summary>Hypercalls of it.</summary>
    public long Hypercalls { get; init; }

    /// <summary>Events that were sent to it.</summary>
    public long Events { get; init; }

    /// <summary>What its devices did.</summary>
    public required DeviceTotals Devices { get; init; }

    /// <summary>Its exit code; null unless it has shut itself down.</summary>
    public int? ExitCode { get; init; }

    /// <summary>How it ended, if not by shutting itself down: one or more lines.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether it has not ended.</summary>
    public bool IsAlive => Status < GuestStatus.ShutDown;

    /// <summary>Takes one.</summary>
    internal static DomainSnapshot Of(HostedGuest guest, int cpus)
    {
        var (domain, usage, result) = (guest.Domain, guest.Usage, guest.IsAlive ? null : guest.Result);
        return new DomainSnapshot
        {
            Id = guest.Id,
            Name = guest.Name,
            Status = guest.Status,
            MemoryBytes = guest.IsAlive ? guest.MemoryBytes : 0,
            MemoryTarget = guest.MemoryTarget,
            MaximumMemoryBytes = guest.MaximumMemoryBytes,
            Vcpus = guest.Vcpus,
            Weight = guest.Scheduling.Weight,
            Cap = guest.Scheduling.Cap,
            Affinity = guest.Scheduling.Affinity & ((1UL << cpus) - 1),
            GuestNanoseconds = usage.GuestNanoseconds,
            HypervisorNanoseconds = usage.HypervisorNanoseconds,
            Exits = domain.ExitCount,
            Hypercalls = domain.HypercallCounts.Total,
            Events = domain.Events.Raised,
            Devices = guest.DeviceTotals,
            ExitCode = result is { Outcome: RunOutcome.ShutDown } ? result.ExitCode : null,
            Reason = result?.Reason,
        };
    }
}
