namespace ParaKit.Hypervisor.Backends;

/// <summary>Something of the host that serves a domain: woken by the domain's events, and by the time that its work takes.</summary>
internal interface IBackend
{
    /// <summary>Nanoseconds of the domain's time at which <see cref="Serve"/> has something to do; null if only an event can bring work.</summary>
    ulong? NextDeadline { get; }

    /// <summary>Does what can be done by now.</summary>
    /// <param name="now">Nanoseconds of the domain's time.</param>
    void Serve(ulong now);
}
