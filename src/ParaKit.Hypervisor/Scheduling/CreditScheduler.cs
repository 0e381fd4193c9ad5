namespace ParaKit.Hypervisor.Scheduling;

/// <summary>
/// Credit: every 30 ms each client gets credit by its weight, and pays for what it runs. Who has some runs before who has none, by turns; who wakes with credit
/// runs first of all. A cap ends a client's running until the next 30 ms. After Xen's credit scheduler (Xen wiki, "Credit Scheduler").
/// </summary>
/// <param name="slice">Length of a slice in nanoseconds; 30 ms in Xen.</param>
public sealed class CreditScheduler(ulong slice) : QueueScheduler<CreditScheduler.Client>
{
    /// <summary>Length of an accounting period in nanoseconds.</summary>
    public const ulong Period = 30_000_000;

    private readonly List<Client> _active = [];
    private ulong _periodEnd = Period;

    private enum Priority
    {
        Boost,
        Under,
        Over,
        Parked,
    }

    /// <inheritdoc/>
    public override string Name => "credit";

    /// <inheritdoc/>
    public override Turn Next(ulong now)
    {
        BeginPeriods(now);
        Client? best = null;
        foreach (var client in Queue)
        {
            best = PriorityOf(client) < (best is null ? Priority.Parked : PriorityOf(best)) ? client : best;
        }

        return best is not null ? new Turn(best.Number, Math.Min(slice, Math.Min(best.BudgetLeft, _periodEnd - now)))
            : Queue.Count > 0 ? new Turn(Turn.Nobody, _periodEnd - now)
            : Turn.Idle;
    }

    /// <inheritdoc/>
    protected override Client Create(int number, SchedulingParameters parameters) => new(number, parameters);

    /// <inheritdoc/>
    protected override void Join(Client client, ulong now)
    {
        client.IsBoosted = client.HasRun && client.Credit >= 0;
        if (!_active.Contains(client))
        {
            _active.Add(client);
        }
    }

    /// <inheritdoc/>
    protected override void Forget(Client client) => _active.Remove(client);

    /// <inheritdoc/>
    protected override void Account(Client client, ulong ran, bool isRunnable, ulong now)
    {
        client.Charge((long)ran);
        BeginPeriods(now);
    }

    /// <inheritdoc/>
    protected override bool Preempts(Client woken, Client running, ulong ran, ulong now) => PriorityOf(woken) < PriorityOf(running);

    private static Priority PriorityOf(Client client) =>
        client.BudgetLeft == 0 ? Priority.Parked : client.IsBoosted ? Priority.Boost : client.Credit > 0 ? Priority.Under : Priority.Over;

    private void BeginPeriods(ulong now)
    {
        for (; now >= _periodEnd; _periodEnd += Period)
        {
            if (_active.Count == 0)
            {
                _periodEnd += (now - _periodEnd) / Period * Period;
                continue;
            }

            Distribute();
            _active.ForEach(c => c.BeginPeriod());
            _active.RemoveAll(c => !Queue.Contains(c));
        }
    }

    /// <summary>A period's credit, by weight; what somebody has no room for, the others get.</summary>
    private void Distribute()
    {
        List<Client> open = [.. _active];
        var left = (long)Period;
        while (open.Count > 0)
        {
            var (credit, weights) = (left, open.Sum(c => (long)c.Parameters.Weight));
            var full = open.FindAll(c => c.Room <= credit * c.Parameters.Weight / weights);
            if (full.Count == 0)
            {
                open.ForEach(c => c.Credit += credit * c.Parameters.Weight / weights);
                return;
            }

            foreach (var client in full)
            {
                left -= client.Room;
                client.Credit += client.Room;
                open.Remove(client);
            }
        }
    }

    /// <summary>A client and its credit.</summary>
    public sealed class Client(int number, SchedulingParameters parameters) : SchedulingClient(number, parameters)
    {
        private long _usedInPeriod;

        /// <summary>Nanoseconds that it may run before those that have none.</summary>
        internal long Credit { get; set; }

        /// <summary>Credit that it can still get: more than a period's is not kept, so that who sleeps does not hoard.</summary>
        internal long Room => (long)Period - Credit;

        /// <summary>It woke with credit, and has not run since.</summary>
        internal bool IsBoosted { get; set; }

        /// <summary>A new client is not boosted.</summary>
        internal bool HasRun { get; private set; }

        /// <summary>What its cap leaves of this period, in nanoseconds.</summary>
        internal ulong BudgetLeft => Parameters.Cap == 0 ? ulong.MaxValue : (ulong)Math.Max(0, ((long)Period * Parameters.Cap / 100) - _usedInPeriod);

        /// <summary>It ran.</summary>
        internal void Charge(long ran)
        {
            (IsBoosted, HasRun) = (false, true);
            Credit -= ran;
            _usedInPeriod += ran;
        }

        /// <summary>A new period; what it overran its cap by, it has used already.</summary>
        internal void BeginPeriod() =>
            _usedInPeriod = Parameters.Cap == 0 ? 0 : Math.Max(0, _usedInPeriod - ((long)Period * Parameters.Cap / 100));
    }
}
