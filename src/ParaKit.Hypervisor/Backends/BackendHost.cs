namespace ParaKit.Hypervisor.Backends;

/// <summary>The back ends of a domain, in the role of domain 0. They run between the domain's instructions, in an order that is always the same.</summary>
/// <param name="work">What they take of a processor.</param>
internal sealed class BackendHost(BackendMeter work)
{
    private readonly List<IBackend> _backends = [];

    /// <summary>What they take of a processor.</summary>
    public BackendMeter Work => work;

    /// <summary>The earliest time at which one has something to do; <see cref="ulong.MaxValue"/> if none has.</summary>
    public ulong NextDeadline
    {
        get
        {
            var next = ulong.MaxValue;
            foreach (var backend in _backends)
            {
                next = Math.Min(next, backend.NextDeadline ?? ulong.MaxValue);
            }

            return next;
        }
    }

    /// <summary>Adds one.</summary>
    public void Add(IBackend backend) => _backends.Add(backend);

    /// <summary>Takes one away.</summary>
    public void Remove(IBackend backend) => _backends.Remove(backend);

    /// <summary>Lets all do what they can by now.</summary>
    public void Serve(ulong now)
    {
        if (NextDeadline <= now)
        {
            foreach (var backend in _backends)
            {
                backend.Serve(now);
            }
        }
    }
}
