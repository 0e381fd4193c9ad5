namespace ParaKit.Hypervisor.Monitors;

/// <summary>What a monitor needs of a machine besides the guest's memory.</summary>
internal readonly record struct MonitorNeeds
{
    /// <summary>Machine frames for things of its own.</summary>
    public int ExtraFrames { get; init; }

    /// <summary>Bytes of its window in the kernel's address space; whole multiples of 2 MiB, 0 for none.</summary>
    public ulong WindowBytes { get; init; }

    /// <summary>Instructions that the real processor stops in front of; null for none.</summary>
    public IReadOnlySet<Iced.Intel.Code>? Observed { get; init; }
}
