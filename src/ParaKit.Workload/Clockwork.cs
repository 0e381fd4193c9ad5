using ParaKit.Abi;
using ParaKit.Guest;
using ParaKit.Guest.Xen;

/// <summary>Looks at the clocks: how much time it lost to others, with and without being told; and alarms.</summary>
internal static unsafe class Clockwork
{
    private const ulong LeastGap = 50_000;
    private const ulong Step = 2_000_000;
    private const int AlarmCount = 8;

    /// <summary>Finds lost time from gaps between readings of one clock, as a kernel does that knows of no hypervisor, and from what the hypervisor says.</summary>
    public static ulong FindLostTime()
    {
        ulong gaps = 0;
        ulong readings = 0;
        ulong start = Clocks.RealTime;
        ulong ran = Clocks.VirtualTime;
        ulong stolen = Clocks.StolenTime;
        ulong last = start;
        bool isOver = false;
        while (!isOver)
        {
            isOver = Kernel.IsOver;
            ulong now = Clocks.RealTime;
            gaps += now - last > LeastGap ? now - last : 0;
            last = now;
            readings++;
        }

        Kernel.Say("REAL", last - start);
        Kernel.Say("RAN", Clocks.VirtualTime - ran);
        Kernel.Say("STOLEN", Clocks.StolenTime - stolen);
        Kernel.Say("GAPS", gaps);
        return readings;
    }

    /// <summary>Sets alarms in both times, while it runs, and says when they went off.</summary>
    public static ulong SetAlarms()
    {
        if (Alarms.TryInitialize() != Errno.None)
        {
            Platform.Fail("no timer");
        }

        ulong nextReal = Clocks.RealTime + Step;
        ulong nextVirtual = Clocks.VirtualTime + Step;
        ulong real = 0;
        ulong virtually = 0;
        ulong worstReal = 0;
        ulong worstVirtual = 0;
        Alarms.SetReal(nextReal);
        Alarms.SetVirtual(nextVirtual);
        while (!Kernel.IsOver)
        {
            if (!Alarms.TryTake(out bool isReal, out bool isVirtual))
            {
                continue;
            }

            if (isReal)
            {
                worstReal = Later(worstReal, Clocks.RealTime - nextReal);
                nextReal += Step;
                real++;
                Alarms.SetReal(nextReal);
            }

            if (isVirtual)
            {
                worstVirtual = Later(worstVirtual, Clocks.VirtualTime - nextVirtual);
                nextVirtual += Step;
                virtually++;
                Alarms.SetVirtual(nextVirtual);
            }
        }

        Kernel.Say("REAL ALARMS", real);
        Kernel.Say("VIRTUAL ALARMS", virtually);
        Kernel.Say("REAL LATE", worstReal);
        Kernel.Say("VIRTUAL LATE", worstVirtual);
        return real + virtually;
    }

    /// <summary>Sleeps from alarm to alarm while somebody sets the wall clock; says what each clock showed.</summary>
    public static ulong WatchTheWall()
    {
        if (Alarms.TryInitialize() != Errno.None)
        {
            Platform.Fail("no timer");
        }

        ulong start = Clocks.RealTime;
        for (ulong i = 1; i <= AlarmCount; i++)
        {
            Alarms.SetReal(start + (i * Step));
            while (!Alarms.TryTake(out _, out _))
            {
                Alarms.Sleep();
            }

            Kernel.Say("REAL", Clocks.RealTime - start);
            Kernel.Say("WALL", Clocks.WallTime / 1_000_000_000);
        }

        return AlarmCount;
    }

    private static ulong Later(ulong one, ulong other) => one > other ? one : other;
}
