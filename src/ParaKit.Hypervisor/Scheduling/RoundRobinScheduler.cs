namespace ParaKit.Hypervisor.Scheduling;

/// <summary>Everybody in turn, a slice each; weights do not count. Who gives its slice up early loses the rest.</summary>
/// <param name="slice">Length of a slice in nanoseconds.</param>
public sealed class RoundRobinScheduler(ulong slice) : QueueScheduler<SchedulingClient>
{
    /// <inheritdoc/>
    public override string Name => "round-robin";

    /// <inheritdoc/>
    public override Turn Next(ulong now) => Queue.Count == 0 ? Turn.Idle : new Turn(Queue[0].Number, slice);

    /// <inheritdoc/>
    protected override SchedulingClient Create(int number, SchedulingParameters parameters) => new(number, parameters);

    /// <inheritdoc/>
    protected override void Account(SchedulingClient client, ulong ran, bool isRunnable, ulong now)
    {
    }
}
