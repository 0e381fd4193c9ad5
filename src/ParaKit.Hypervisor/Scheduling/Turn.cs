namespace ParaKit.Hypervisor.Scheduling;

/// <summary>What a scheduler decided.</summary>
/// <param name="Client">Who runs, or <see cref="Nobody"/>.</param>
/// <param name="Nanoseconds">For how long at most; for <see cref="Nobody"/>, when the scheduler is to be asked again, <see cref="ulong.MaxValue"/> if only after a client woke.</param>
public readonly record struct Turn(int Client, ulong Nanoseconds)
{
    /// <summary>In <see cref="Client"/>: the processor is idle.</summary>
    public const int Nobody = -1;

    /// <summary>Nobody can run until one wakes.</summary>
    public static Turn Idle { get; } = new(Nobody, ulong.MaxValue);
}
