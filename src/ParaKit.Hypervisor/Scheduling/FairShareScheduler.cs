namespace ParaKit.Hypervisor.Scheduling;

/// <summary>
/// The same time for everybody: who has run least runs next. Other than by turns, who gives slices up early gets more of them. Who slept is not paid for it.
/// </summary>
/// <param name="slice">Length of a slice in nanoseconds.</param>
public sealed class FairShareScheduler(ulong slice) : QueueScheduler<FairShareScheduler.Client>
{
    private ulong _least;

    /// <inheritdoc/>
    public override string Name => "fair-share";

    /// <inheritdoc/>
    public override Turn Next(ulong now) => Earliest(c => c.Used) is { } next ? new Turn(next.Number, slice) : Turn.Idle;

    /// <inheritdoc/>
    protected override Client Create(int number, SchedulingParameters parameters) => new(number, parameters);

    /// <inheritdoc/>
    protected override void Join(Client client, ulong now) => client.Used = Math.Max(client.Used, _least);

    /// <inheritdoc/>
    protected override void Account(Client client, ulong ran, bool isRunnable, ulong now)
    {
        client.Used += ran;
        _least = Earliest(c => c.Used)!.Used;
    }

    /// <summary>A client and the nanoseconds that it used or, by sleeping, forwent.</summary>
    public sealed class Client(int number, SchedulingParameters parameters) : SchedulingClient(number, parameters)
    {
        /// <summary>Nanoseconds.</summary>
        internal ulong Used { get; set; }
    }
}
