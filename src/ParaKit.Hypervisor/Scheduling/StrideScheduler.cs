namespace ParaKit.Hypervisor.Scheduling;

/// <summary>
/// Time in proportion to weights: each client's pass goes on, for the time it runs, in inverse proportion to its weight, and the least pass runs. Who sleeps
/// takes its lead or lag along and resumes with it. Waldspurger and Weihl, "Stride Scheduling" (1995).
/// </summary>
/// <param name="slice">Length of a slice in nanoseconds.</param>
public sealed class StrideScheduler(ulong slice) : QueueScheduler<StrideScheduler.Client>
{
    private const ulong PassPerNanosecond = 1 << 16;

    // Where a client would be that had got exactly its share of all that was handed out.
    private ulong _globalPass;
    private ulong _runnableWeight;

    /// <inheritdoc/>
    public override string Name => "stride";

    /// <inheritdoc/>
    public override Turn Next(ulong now) => Earliest(c => c.Pass) is { } next ? new Turn(next.Number, slice) : Turn.Idle;

    /// <inheritdoc/>
    protected override Client Create(int number, SchedulingParameters parameters) => new(number, parameters);

    /// <inheritdoc/>
    protected override void Join(Client client, ulong now)
    {
        client.Pass = _globalPass + client.Remain;
        _runnableWeight += (ulong)client.Parameters.Weight;
    }

    /// <inheritdoc/>
    protected override void Account(Client client, ulong ran, bool isRunnable, ulong now)
    {
        client.Pass += ran * PassPerNanosecond / (ulong)client.Parameters.Weight;
        _globalPass += ran * PassPerNanosecond / _runnableWeight;
    }

    /// <inheritdoc/>
    protected override void Leave(Client client, ulong now)
    {
        client.Remain = client.Pass - _globalPass;
        _runnableWeight -= (ulong)client.Parameters.Weight;
    }

    /// <inheritdoc/>
    protected override void Changed(Client client, SchedulingParameters old, bool isQueued)
    {
        if (isQueued)
        {
            _runnableWeight += (ulong)client.Parameters.Weight - (ulong)old.Weight;
        }
    }

    /// <summary>A client and its place in virtual time.</summary>
    public sealed class Client(int number, SchedulingParameters parameters) : SchedulingClient(number, parameters)
    {
        /// <summary>While it can run: its virtual time, which wraps around.</summary>
        internal ulong Pass { get; set; }

        /// <summary>While it sleeps: how far it was ahead of all, or behind (wrapped around).</summary>
        internal ulong Remain { get; set; }
    }
}
