namespace ParaKit.Hypervisor.Scheduling;

/// <summary>
/// Decides who of a processor's clients runs next, and for how long. Its callers tell it who wakes and how long each has run; all times are nanoseconds, and
/// <c>now</c> never goes back. One turn is charged before the next is asked for.
/// </summary>
public interface IScheduler
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>Adds a client that can run at once.</summary>
    /// <exception cref="ArgumentException">There is one of this number, or a parameter is out of its range.</exception>
    void Add(int client, SchedulingParameters parameters, ulong now);

    /// <summary>A client can run again; of no effect if it can already.</summary>
    void Wake(int client, ulong now);

    /// <summary>A client that could run cannot any more, other than by what it did in a turn; of no effect if it sleeps already. Not for who has the processor.</summary>
    void Sleep(int client, ulong now);

    /// <summary>Takes a client away. Not for who has the processor.</summary>
    void Remove(int client, ulong now);

    /// <summary>Entitles a client to something else from now on.</summary>
    /// <exception cref="ArgumentException">A parameter is out of its range; nothing has changed.</exception>
    void Change(int client, SchedulingParameters parameters, ulong now);

    /// <summary>Who runs now. Nobody, while all sleep or have used up what they may.</summary>
    Turn Next(ulong now);

    /// <summary>The client of the last turn has run.</summary>
    /// <param name="client">The client.</param>
    /// <param name="ran">How long, in nanoseconds; may be less or, by the length of what could not be interrupted, more than the turn.</param>
    /// <param name="isRunnable">False if it sleeps now, or has ended.</param>
    /// <param name="now">The time after it ran.</param>
    void Charge(int client, ulong ran, bool isRunnable, ulong now);

    /// <summary>Whether the client of this turn has to make way for one that has just woken.</summary>
    /// <param name="woken">Who woke.</param>
    /// <param name="running">Who runs.</param>
    /// <param name="ran">For how long, not yet charged.</param>
    /// <param name="now">The time.</param>
    bool Preempts(int woken, int running, ulong ran, ulong now);
}
