using ParaKit.Abi;
using ParaKit.Guest;
using ParaKit.Guest.Xen;

/// <summary>What a good neighbour does.</summary>
internal static unsafe class Honest
{
    private const ulong ThinkNanoseconds = 200_000;

    /// <summary>Computes without a pause, in units of some thousand instructions.</summary>
    public static ulong Compute()
    {
        ulong* page = Pages.Take();
        ulong count = 0;
        while (!Kernel.IsOver)
        {
            UnitOfWork.Do(page, count++);
        }

        return count;
    }

    /// <summary>Waits for a request, which comes by a timer, and works for it; says how late it began at worst.</summary>
    public static ulong Serve()
    {
        ulong* page = Pages.Take();
        ulong count = 0;
        ulong latest = 0;
        ulong total = 0;
        ulong due = X86.Rdtsc();
        while (!Kernel.IsOver)
        {
            due += ThinkNanoseconds * Settings.Number("think"u8, 1);
            SleepUntil(due);
            ulong late = X86.Rdtsc() - due;
            latest = late > latest ? late : latest;
            total += late;
            UnitOfWork.Do(page, count++);
        }

        Kernel.Say("LATEST", latest);
        Kernel.Say("LATE", count == 0 ? 0 : total / count);
        return count;
    }

    /// <summary>Reads pages of its disk by turns, and works on each.</summary>
    public static ulong Read()
    {
        ulong* page = Pages.Take();
        if (!Disk.TryInitialize(Pages.Take(), out ulong sectors))
        {
            Platform.Fail("no disk");
        }

        ulong count = 0;
        while (!Kernel.IsOver)
        {
            if (!Disk.TryRead(count * Disk.PageSectors % (sectors - Disk.PageSectors), page, Disk.PageSectors))
            {
                Platform.Fail("the disk failed");
            }

            UnitOfWork.Do(page, count++);
        }

        return count;
    }

    /// <summary>Sleeps; returns at once if the moment is over.</summary>
    public static void SleepUntil(ulong time)
    {
        SchedulerPoll poll = new() { Timeout = time };
        Hypercall.SchedulerOp(SchedulerOperation.Poll, &poll);
    }
}
