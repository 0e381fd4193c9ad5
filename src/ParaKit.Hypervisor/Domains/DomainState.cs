namespace ParaKit.Hypervisor.Domains;

/// <summary>What a domain is doing.</summary>
internal enum DomainState
{
    /// <summary>Runs when the scheduler lets it.</summary>
    Running,
    /// <summary>Waits for an event.</summary>
    Blocked,
    /// <summary>Has asked to be shut down.</summary>
    ShutDown,
    /// <summary>Broke a rule that it cannot recover from.</summary>
    Crashed,
}
