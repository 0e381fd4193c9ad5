using ParaKit.Guest;

/// <summary>
/// Threads that never give up the processor: each waits, spinning, until it has seen all the others start. Without pre-emption the
/// first would spin for ever.
/// </summary>
internal static unsafe class Workers
{
    private const int Count = 3;
    private const int Iterations = 20000;

    private static int s_started;
    private static int s_finished;
    private static ulong s_work;

    [MaySleep]
    public static bool Run(out ulong work)
    {
        // All or none: a tick between two of them would leave the boot thread, of the lowest priority, no turn to start the others for
        // which the first are spinning.
        X86.Cli();
        for (ulong i = 0; i < Count; i++)
        {
            Scheduler.Add(Thread.Create(&Work, i + 1));
        }

        X86.Sti();

        while (System.Threading.Volatile.Read(ref s_finished) < Count)
        {
            X86.Hlt();
        }

        work = s_work;
        return Scheduler.Switches >= Count;
    }

    private static void Work(ulong seed)
    {
        System.Threading.Interlocked.Increment(ref s_started);
        while (System.Threading.Volatile.Read(ref s_started) < Count)
        {
            X86.Pause();
        }

        ulong value = seed;
        double sum = 0;
        for (int i = 0; i < Iterations; i++)
        {
            value = (value * 6364136223846793005) + 1442695040888963407;
            sum += value >> 60; // keeps vector registers busy across switches
        }

        // Sums commute, so the order in which threads finish does not matter.
        X86.Cli();
        s_work += value + (ulong)sum;
        s_finished++;
        X86.Sti();
        Scheduler.Exit();
    }
}
