using ParaKit.Guest;

/// <summary>Traps, the timer and kernel threads.</summary>
internal static class ThreadChecks
{
    private const ulong EnoughTicks = 5;

    [MaySleep]
    public static void Run()
    {
        SelfCheck.Report("breakpoint", Breakpoint() == 1, 1);
        SelfCheck.Report("timer ticks", WaitForTicks(), EnoughTicks);
        SelfCheck.Report("preemptive threads", Workers.Run(out ulong work), work);
    }

    private static ulong Breakpoint()
    {
        ulong before = Traps.Breakpoints;
        X86.Int3();
        return Traps.Breakpoints - before;
    }

    [MaySleep]
    private static bool WaitForTicks()
    {
        ulong target = Traps.Ticks + EnoughTicks;
        while (Traps.Ticks < target)
        {
            X86.Hlt();
        }

        return true;
    }
}
