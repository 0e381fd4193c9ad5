namespace ParaKit.Hypervisor.Domains;

/// <summary>What a domain is doing.</summary>
internal enum DomainState
{
    /// <summary>Is alive.</summary>
    Running,
    /// <summary>Has asked to be shut down.</summary>
    ShutDown,
    /// <summary>Broke a rule that it cannot recover from.</summary>
    Crashed,
    /// <summary>Was destroyed from outside.</summary>
    Destroyed,
}
