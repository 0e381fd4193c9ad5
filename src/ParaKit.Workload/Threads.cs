using ParaKit.Guest;

/// <summary>
/// Threads over processors: each processor takes the next thread that can run from one queue, lets it do a unit of work, and puts it back. A lock
/// guards the queue; who has nothing to run sleeps until a thread is put back.
/// </summary>
internal static unsafe class Threads
{
    private const int StackPages = 4;
    private const int MostThreads = 64;

    private static SpinLock s_lock;
    private static int s_first;
    private static int s_waiting;
    private static int s_finished;
    private static ulong s_yields;
    private static ulong s_total;

    private static readonly int[] s_queue = new int[MostThreads];
    private static readonly ulong[] s_left = new ulong[MostThreads];
    private static readonly ulong[] s_done = new ulong[Processors.Most];
    private static readonly bool[] s_sleeps = new bool[Processors.Most];

    /// <summary>Runs "threads" threads of "units" units each on "vcpus" processors.</summary>
    public static ulong Run()
    {
        ulong processors = Settings.Number("vcpus"u8, (ulong)Processors.Initialize());
        ulong threads = Settings.Number("threads"u8, 8);
        for (ulong i = 0; i < threads; i++)
        {
            s_left[i] = Settings.Number("units"u8, 100);
            s_queue[i] = (int)i;
        }

        s_waiting = (int)threads;
        for (int i = 1; i < (int)processors; i++)
        {
            StartProcessor(i);
        }

        Work(0, threads);
        return Finish(processors, threads);
    }

    private static void StartProcessor(int number)
    {
        ulong* stack = Pages.Take();
        for (int i = 1; i < StackPages; i++)
        {
            stack = Pages.Take();
        }

        if (!Processors.TryStart(number, &Enter, (ulong)number, stack + PageTable.EntryCount))
        {
            Platform.Fail("a processor does not start");
        }
    }

    private static void Enter(ulong number)
    {
        Work(number, Settings.Number("threads"u8, 8));
        Processors.Stop((int)number);
    }

    private static void Work(ulong number, ulong threads)
    {
        ulong* page = TakePage();
        while (true)
        {
            int thread = Next(number, threads);
            if (thread < 0)
            {
                return;
            }

            UnitOfWork.Do(page, s_left[thread]);
            PutBack(number, thread, threads);
        }
    }

    /// <summary>The next thread that can run; sleeps while there is none; less than 0 when all have ended.</summary>
    private static int Next(ulong number, ulong threads)
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

            if ((ulong)s_finished == threads)
            {
                s_lock.Exit();
                return -1;
            }

            s_sleeps[number] = true;
            s_lock.Exit();
            Processors.Wait((int)number);
        }
    }

    private static void PutBack(ulong number, int thread, ulong threads)
    {
        Lock();
        s_done[number]++;
        s_total++;
        if (--s_left[thread] == 0)
        {
            s_finished++;
        }
        else
        {
            s_queue[(s_first + s_waiting++) % MostThreads] = thread;
        }

        bool all = (ulong)s_finished == threads;
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

    private static ulong Finish(ulong processors, ulong threads)
    {
        for (int i = 1; i < (int)processors; i++)
        {
            while (Processors.IsUp(i))
            {
                Processors.Relax();
            }
        }

        ulong most = 0;
        ulong least = ulong.MaxValue;
        for (ulong i = 0; i < processors; i++)
        {
            most = s_done[i] > most ? s_done[i] : most;
            least = s_done[i] < least ? s_done[i] : least;
        }

        Kernel.Say("MOST", most);
        Kernel.Say("LEAST", least);
        Kernel.Say("YIELDS", s_yields);
        Kernel.Say("TIME", X86.Rdtsc());
        if (s_total != threads * Settings.Number("units"u8, 100))
        {
            Platform.Fail("a unit of work was lost");
        }

        return s_total;
    }

    private static void Lock() => s_yields += (ulong)s_lock.Enter();

    private static ulong* TakePage()
    {
        Lock();
        ulong* page = Pages.Take();
        s_lock.Exit();
        return page;
    }
}
