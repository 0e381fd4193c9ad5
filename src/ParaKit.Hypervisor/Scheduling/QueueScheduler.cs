namespace ParaKit.Hypervisor.Scheduling;

/// <summary>
/// What all schedulers have: clients, and a queue of those that can run, the least recently run first. It is also in this order that equals run.
/// </summary>
/// <typeparam name="TClient">What is known of a client.</typeparam>
public abstract class QueueScheduler<TClient> : IScheduler
    where TClient : SchedulingClient
{
    private readonly Dictionary<int, TClient> _clients = [];
    private readonly List<TClient> _queue = [];

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>Clients that can run.</summary>
    protected IReadOnlyList<TClient> Queue => _queue;

    /// <inheritdoc/>
    public void Add(int client, SchedulingParameters parameters, ulong now)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        parameters.Check();
        if (!_clients.TryAdd(client, Create(client, parameters)))
        {
            throw new ArgumentException($"There is a client {client} already.", nameof(client));
        }

        Join(_clients[client], now);
        _queue.Add(_clients[client]);
    }

    /// <inheritdoc/>
    public void Wake(int client, ulong now)
    {
        var woken = _clients[client];
        if (!_queue.Contains(woken))
        {
            Join(woken, now);
            _queue.Add(woken);
        }
    }

    /// <inheritdoc/>
    public void Sleep(int client, ulong now)
    {
        if (_queue.Remove(_clients[client]))
        {
            Leave(_clients[client], now);
        }
    }

    /// <inheritdoc/>
    public void Remove(int client, ulong now)
    {
        Sleep(client, now);
        Forget(_clients[client]);
        _clients.Remove(client);
    }

    /// <inheritdoc/>
    public void Change(int client, SchedulingParameters parameters, ulong now)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        parameters.Check();
        var changed = _clients[client];
        var old = changed.Parameters;
        changed.Parameters = parameters;
        Changed(changed, old, _queue.Contains(changed));
    }

    /// <inheritdoc/>
    public abstract Turn Next(ulong now);

    /// <inheritdoc/>
    public void Charge(int client, ulong ran, bool isRunnable, ulong now)
    {
        var charged = _clients[client];
        Account(charged, ran, isRunnable, now);
        _queue.Remove(charged);
        if (isRunnable)
        {
            _queue.Add(charged);
        }
        else
        {
            Leave(charged, now);
        }
    }

    /// <inheritdoc/>
    public bool Preempts(int woken, int running, ulong ran, ulong now) => Preempts(_clients[woken], _clients[running], ran, now);

    /// <summary>Makes a client.</summary>
    protected abstract TClient Create(int number, SchedulingParameters parameters);

    /// <summary>A client, new or woken, is about to be queued.</summary>
    protected virtual void Join(TClient client, ulong now)
    {
    }

    /// <summary>A client sleeps now and has left the queue.</summary>
    protected virtual void Leave(TClient client, ulong now)
    {
    }

    /// <summary>A client has left for good.</summary>
    protected virtual void Forget(TClient client)
    {
    }

    /// <summary>A client's parameters have changed.</summary>
    protected virtual void Changed(TClient client, SchedulingParameters old, bool isQueued)
    {
    }

    /// <summary>A client, still queued, has run.</summary>
    protected abstract void Account(TClient client, ulong ran, bool isRunnable, ulong now);

    /// <summary>Whether a woken client takes the processor at once; by default it waits for the end of the turn.</summary>
    protected virtual bool Preempts(TClient woken, TClient running, ulong ran, ulong now) => false;

    /// <summary>The queued client for which <paramref name="virtualTime"/> is least, the first of equals; times may wrap around. Null in an empty queue.</summary>
    protected TClient? Earliest(Func<TClient, ulong> virtualTime, TClient? except = null)
    {
        TClient? earliest = null;
        foreach (var client in _queue)
        {
            if (client != except && (earliest is null || (long)(virtualTime(client) - virtualTime(earliest)) < 0))
            {
                earliest = client;
            }
        }

        return earliest;
    }
}
