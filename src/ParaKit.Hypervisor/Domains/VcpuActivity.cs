namespace ParaKit.Hypervisor.Domains;

/// <summary>What a virtual processor is doing, as far as it is up to the guest.</summary>
internal enum VcpuActivity
{
    /// <summary>Has not been brought up, or was taken down.</summary>
    Down,
    /// <summary>Runs when the scheduler lets it.</summary>
    Runnable,
    /// <summary>Waits for an event.</summary>
    Blocked,
}
