using ParaKit.Guest;

/// <summary>Threads that sleep for a while, those to be woken first at the front.</summary>
internal static unsafe class SleepQueue
{
    private static Thread s_first;

    /// <summary>Lets the current thread sleep until <paramref name="tick"/>.</summary>
    [EventsMasked]
    public static TrapFrame* SleepUntil(ulong tick, TrapFrame* frame)
    {
        Thread thread = Scheduler.Current;
        thread.WakeTick = tick;
        Insert(thread);
        return Scheduler.WaitFor(thread, frame);
    }

    /// <summary>Wakes those whose time has come.</summary>
    [EventsMasked]
    public static void Advance(ulong now)
    {
        while (s_first != null && s_first.WakeTick <= now)
        {
            Thread thread = s_first;
            s_first = thread.NextSleeper;
            Scheduler.Wake(thread);
        }
    }

    private static void Insert(Thread thread)
    {
        Thread before = null;
        Thread after = s_first;
        while (after != null && after.WakeTick <= thread.WakeTick)
        {
            before = after;
            after = after.NextSleeper;
        }

        thread.NextSleeper = after;
        if (before == null)
        {
            s_first = thread;
        }
        else
        {
            before.NextSleeper = thread;
        }
    }
}
