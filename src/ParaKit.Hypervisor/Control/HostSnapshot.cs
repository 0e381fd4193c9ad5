namespace ParaKit.Hypervisor.Control;

/// <summary>A host at a moment.</summary>
public sealed record HostSnapshot
{
    /// <summary>Processors of the machine.</summary>
    public required int Cpus { get; init; }

    /// <summary>Name of the scheduler.</summary>
    public required string Scheduler { get; init; }

    /// <summary>How virtual time passes.</summary>
    public required Pace Pace { get; init; }

    /// <summary>Memory for domains, in bytes.</summary>
    public required ulong MemoryBytes { get; init; }

    /// <summary>Memory of that which is free, in bytes.</summary>
    public required ulong FreeBytes { get; init; }

    /// <summary>Virtual time since the machine was built, in nanoseconds.</summary>
    public required ulong Nanoseconds { get; init; }

    /// <summary>Nanoseconds of all processors together in which they had nothing to do.</summary>
    public required ulong IdleNanoseconds { get; init; }

    /// <summary>Domains: all, or those that were asked for.</summary>
    public required IReadOnlyList<DomainSnapshot> Domains { get; init; }
}
