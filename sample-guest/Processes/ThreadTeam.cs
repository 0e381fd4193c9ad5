using ParaKit.Guest;

/// <summary>
/// Threads over processors: each processor takes the next thread that can run from one queue, lets it do a unit of work, and puts it back. A lock
/// guards the queue; who has nothing to run sleeps until a thread is put back.
/// </summary>
internal static unsafe class ThreadTeam
{
    private const int StackPages = 4;
    private const int MostThreads = 64;

    private static SpinLock s_lock;
    private static int s_first;
    private static int s_waiting;
    private static int s_finished;
    private static delegate*<ulong*> s_takePage;
    private static int s_threads;

    private static readonly int[] s_queue = new int[MostThreads];
    private static readonly ulong[] s_left = new ulong[MostThreads];
    private static readonly ulong[] s_done = new ulong[Processors.Most];
    private static readonly bool[] s_sleeps = new bool[Processors.Most];

    /// <summary>Units that were done.</summary>
    public static ulong Total { get; private set; }

    /// <summary>Of those, by the processor that did most.</summary>
    public static ulong Most { get; private set; }

    /// <summary>By the one that did least.</summary>
    public static ulong Least { get; private set; }

    /// <summary>How often somebody who waited for the lock gave way to others.</summary>
    public static ulong Yields { get; private set; }

    /// <summary>Runs threads on processors, and stops all of these but the first again.</summary>
    /// <param name="processors">How many; <see cref="Processors.Initialize"/> has been called.</param>
    /// <param name="threads">How many, 64 at most.</param>
    /// <param name="units">Of work, for each thread.</param>
    /// <param name="takePage">Gives a page of the direct map, above the last that it gave.</param>
    public static void Run(int processors, int threads, ulong units, delegate*<ulong*> takePage)
    {
        if (threads is < 1 or > MostThreads || processors > Processors.Most)
        {
            Platform.Fail("the team is too large");
        }

        s_takePage = takePage;
        s_threads = threads;
        for (int i = 0; i < threads; i++)
        {
            s_left[i] = units;
            s_queue[i] = i;
        }

        s_waiting = threads;
        for (int i = 1; i < processors; i++)
        {
            StartProcessor(i);
        }

        Work(0);
        Finish(processors);
    }

    private static void StartProcessor(int number)
    {
        ulong* stack = null;
        for (int i = 0; i < StackPages; i++)
        {
            stack = s_takePage();
        }

        if (!Processors.TryStart(number, &Enter, (ulong)number, stack + PageTable.EntryCount))
        {
            Platform.Fail("a processor does not start");
        }
    }

    private static void Enter(ulong number)
    {
        Work(number);
        Processors.Stop((int)number);
    }

    private static void Work(ulong number)
    {
        ulong* page = TakePage();
        while (true)
        {
            int thread = Next(number);
            if (thread < 0)
            {
                return;
            }

            UnitOfWork.Do(page, s_left[thread]);
            PutBack(number, thread);
        }
    }

    /// <summary>The next thread that can run; sleeps while there is none; less than 0 when all have ended.</summary>
    private static int Next(ulong number)
    {
        while (true)
        {
            Lock();
            if (s_waiting > 0)
            {
                int thread = s_queue[s_first];
                s_first = (s_first + 1) % MostThreads;
                s_waiting--;
                s_lock.Exit();
                return thread;
            }

            if (s_finished == s_threads)
            {
                s_lock.Exit();
                return -1;
            }

            s_sleeps[number] = true;
            s_lock.Exit();
            Processors.Wait((int)number);
        }
    }

    private static void PutBack(ulong number, int thread)
    {
        Lock();
        s_done[number]++;
        Total++;
        if (--s_left[thread] == 0)
        {
            s_finished++;
        }
        else
        {
            s_queue[(s_first + s_waiting++) % MostThreads] = thread;
        }

        bool all = s_finished == s_threads;
        for (int i = 0; i < Processors.Most; i++)
        {
            if (s_sleeps[i])
            {
                s_sleeps[i] = false;
                Processors.Notify(i);
                if (!all)
                {
                    break;
                }
            }
        }

        s_lock.Exit();
    }

    private static void Finish(int processors)
    {
        for (int i = 1; i < processors; i++)
        {
            while (Processors.IsUp(i))
            {
                Processors.Relax();
            }
        }

        Least = ulong.MaxValue;
        for (int i = 0; i < processors; i++)
        {
            Most = s_done[i] > Most ? s_done[i] : Most;
            Least = s_done[i] < Least ? s_done[i] : Least;
        }
    }

    private static void Lock()
    {
        int yields = s_lock.Enter();
        Yields += (ulong)yields;
    }

    private static ulong* TakePage()
    {
        Lock();
        ulong* page = s_takePage();
        s_lock.Exit();
        return page;
    }
}
