namespace ParaKit.Hypervisor.Scheduling;

/// <summary>
/// Time in proportion to weights, by lot: a ticket for each unit of weight. Who used a fraction <c>f</c> of its slice has <c>1/f</c> times its tickets until it
/// wins again. Waldspurger and Weihl, "Lottery Scheduling" (1994).
/// </summary>
/// <param name="slice">Length of a slice in nanoseconds.</param>
/// <param name="seed">Of the draws: the same are made with the same.</param>
public sealed class LotteryScheduler(ulong slice, int seed) : QueueScheduler<LotteryScheduler.Client>
{
    private const long MostCompensation = 1000;

    private readonly Random _random = new(seed);

    /// <inheritdoc/>
    public override string Name => "lottery";

    /// <inheritdoc/>
    public override Turn Next(ulong now)
    {
        if (Queue.Count == 0)
        {
            return Turn.Idle;
        }

        var drawn = _random.NextInt64(Queue.Sum(c => c.Tickets));
        var winner = Queue.First(c => (drawn -= c.Tickets) < 0);
        return new Turn(winner.Number, slice);
    }

    /// <inheritdoc/>
    protected override Client Create(int number, SchedulingParameters parameters) => new(number, parameters);

    /// <inheritdoc/>
    protected override void Account(Client client, ulong ran, bool isRunnable, ulong now)
    {
        var weight = client.Parameters.Weight * Client.TicketsPerWeight;
        client.Tickets = (long)UInt128.Min((UInt128)weight * Math.Max(slice, ran) / Math.Max(ran, 1), (UInt128)(weight * MostCompensation));
    }

    /// <inheritdoc/>
    protected override void Changed(Client client, SchedulingParameters old, bool isQueued) => client.Tickets = client.Parameters.Weight * Client.TicketsPerWeight;

    /// <summary>A client and its tickets.</summary>
    public sealed class Client(int number, SchedulingParameters parameters) : SchedulingClient(number, parameters)
    {
        /// <summary>So that fractions of tickets count.</summary>
        internal const long TicketsPerWeight = 1000;

        /// <summary>In the next draw.</summary>
        internal long Tickets { get; set; } = parameters.Weight * TicketsPerWeight;
    }
}
