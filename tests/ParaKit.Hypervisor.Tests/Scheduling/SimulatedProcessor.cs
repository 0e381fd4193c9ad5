using ParaKit.Hypervisor.Scheduling;

namespace ParaKit.Hypervisor.Tests.Scheduling;

/// <summary>A processor whose clients only run and sleep, as long as they say: what a scheduler does, without guests.</summary>
internal sealed class SimulatedProcessor(IScheduler scheduler)
{
    private readonly List<Client> _clients = [];
    private (int Client, ulong Start, ulong Ran) _last = (Turn.Nobody, 0, 0);

    public const ulong Microsecond = 1_000;
    public const ulong Millisecond = 1_000_000;
    public const ulong Second = 1_000_000_000;

    public ulong Now { get; private set; }

    public ulong Idle { get; private set; }

    /// <summary>Who ran when and for how long without another in between.</summary>
    public List<(int Client, ulong Start, ulong Ran)> Runs { get; } = [];

    /// <summary>For each wake-up: who, and how long until it ran.</summary>
    public List<(int Client, ulong Latency)> Latencies { get; } = [];

    /// <summary>After each turn.</summary>
    public Action? AfterTurn { get; set; }

    public ulong Ran(int client) => _clients[client].Ran;

    public ulong Weight(int client) => (ulong)_clients[client].Parameters.Weight;

    public int Count => _clients.Count;

    /// <summary>A client that never sleeps.</summary>
    public void AddHog(SchedulingParameters? parameters = null) => Add(parameters, () => (ulong.MaxValue, 0));

    /// <summary>A client that runs for a burst, sleeps, and so on; with no time to sleep, it yields.</summary>
    public void Add(SchedulingParameters? parameters, Func<(ulong Burst, ulong Sleep)> next)
    {
        var client = new Client(parameters ?? new SchedulingParameters { Weight = 1 }, next);
        (client.Burst, client.Sleep) = next();
        scheduler.Add(_clients.Count, client.Parameters, Now);
        _clients.Add(client);
    }

    public void RunUntil(ulong end)
    {
        while (Now < end)
        {
            WakeDue(Turn.Nobody, 0);
            var turn = scheduler.Next(Now);
            if (turn.Client == Turn.Nobody)
            {
                Assert.True(turn.Nanoseconds != ulong.MaxValue || _clients.TrueForAll(c => c.WakesAt != null), "Idle, and somebody could run.");
                var until = Math.Min(end, Math.Min(NextWake, turn.Nanoseconds > end ? end : Now + turn.Nanoseconds));
                Idle += until - Now;
                Now = until;
            }
            else
            {
                RunTurn(turn, end);
                AfterTurn?.Invoke();
            }
        }

        Note(Turn.Nobody, 0, 0);
    }

    private ulong NextWake => _clients.Min(c => c.WakesAt ?? ulong.MaxValue);

    private void RunTurn(Turn turn, ulong end)
    {
        var client = _clients[turn.Client];
        Assert.Null(client.WakesAt);
        Assert.NotEqual(0UL, turn.Nanoseconds);
        if (client.WokeAt is { } woke)
        {
            Latencies.Add((turn.Client, Now - woke));
            client.WokeAt = null;
        }

        var start = Now;
        var most = Math.Min(Math.Min(turn.Nanoseconds, client.Burst), end - start);
        do
        {
            Now = Math.Min(start + most, NextWake);
        }
        while (!WakeDue(turn.Client, Now - start) && Now < start + most);

        var ran = Now - start;
        client.Ran += ran;
        client.Burst -= client.Burst == ulong.MaxValue ? 0 : ran;
        if (client.Burst == 0)
        {
            client.EndBurst(Now);
        }

        scheduler.Charge(turn.Client, ran, client.WakesAt is null, Now);
        Note(turn.Client, start, ran);
    }

    private bool WakeDue(int running, ulong ran)
    {
        var makesWay = false;
        foreach (var (i, client) in _clients.Index())
        {
            if (client.WakesAt <= Now)
            {
                client.WokeAt = client.WakesAt;
                client.WakesAt = null;
                (client.Burst, client.Sleep) = client.Next();
                scheduler.Wake(i, Now);
                makesWay |= running != Turn.Nobody && scheduler.Preempts(i, running, ran, Now);
            }
        }

        return makesWay;
    }

    private void Note(int client, ulong start, ulong ran)
    {
        if (_last.Client == client && _last.Start + _last.Ran == start)
        {
            _last.Ran += ran;
            return;
        }

        if (_last.Client != Turn.Nobody)
        {
            Runs.Add(_last);
        }

        _last = (client, start, ran);
    }

    private sealed class Client(SchedulingParameters parameters, Func<(ulong Burst, ulong Sleep)> next)
    {
        public SchedulingParameters Parameters => parameters;

        public Func<(ulong Burst, ulong Sleep)> Next => next;

        public ulong Ran { get; set; }

        public ulong Burst { get; set; }

        public ulong Sleep { get; set; }

        public ulong? WakesAt { get; set; }

        public ulong? WokeAt { get; set; }

        public void EndBurst(ulong now)
        {
            if (Sleep == 0)
            {
                (Burst, Sleep) = next();
            }
            else
            {
                WakesAt = now + Sleep;
            }
        }
    }
}
