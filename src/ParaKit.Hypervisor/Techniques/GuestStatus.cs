namespace ParaKit.Hypervisor.Techniques;

/// <summary>What a domain of a <see cref="ParavirtHost"/> is doing; xentop and <c>xl list</c> have the same letters.</summary>
public enum GuestStatus
{
    /// <summary>Has a processor (r).</summary>
    Running,
    /// <summary>Waits for a processor (-).</summary>
    Runnable,
    /// <summary>Waits for an event (b).</summary>
    Blocked,
    /// <summary>Was paused (p).</summary>
    Paused,
    /// <summary>Has shut itself down (s).</summary>
    ShutDown,
    /// <summary>Has crashed, or executed what the machine lacks (c).</summary>
    Crashed,
    /// <summary>Was destroyed, or its limit of instructions was reached (d).</summary>
    Destroyed,
}

/// <summary>A virtual processor, as <c>xl vcpu-list</c> shows it.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Cpu">The processor in whose queue it is; null if it is not up.</param>
/// <param name="Status">What it is doing; <see cref="GuestStatus.Paused"/> also if it is not up.</param>
/// <param name="RunningNanoseconds">How long it has run.</param>
public readonly record struct VcpuStatus(int Number, int? Cpu, GuestStatus Status, ulong RunningNanoseconds);
