using System.Threading;
using ParaKit.Guest;

/// <summary>All processors count together, by locked additions and under a lock; then each finds out that a page is another one now.</summary>
internal static unsafe class Team
{
    private const int Rounds = 2000;
    private const int TopLevel = 4;
    private const ulong Window = 0x80_0000_0000;
    private const ulong Before = 0x1111;
    private const ulong After = 0x2222;

    private static SpinLock s_lock;
    private static long s_locked;
    private static long s_guarded;
    private static int s_arrived;
    private static int s_isRemapped;
    private static int s_stale;
    private static int s_done;

    /// <summary>Runs it on so many processors.</summary>
    public static void Run(int processors)
    {
        ulong* leaf = MapWindow();
        for (int i = 1; i < processors; i++)
        {
            Pages.Take();
            if (!Processors.TryStart(i, &Enter, (ulong)i, Pages.Take() + PageTable.EntryCount))
            {
                Platform.Fail("a processor does not start");
            }
        }

        Count();
        Arrive(processors);
        Remap(leaf);
        Read();
        while (Volatile.Read(ref s_done) != processors)
        {
            Processors.Relax();
        }

        Kernel.Say("LOCKED", (ulong)s_locked);
        Kernel.Say("GUARDED", (ulong)s_guarded);
        Kernel.Say("STALE", (ulong)s_stale);
        SayWoken(processors);
    }

    private static void Enter(ulong number)
    {
        Count();
        Interlocked.Increment(ref s_arrived);
        Touch();
        while (Volatile.Read(ref s_isRemapped) == 0)
        {
            Touch();
            Processors.Relax();
        }

        Read();
        Processors.Wait((int)number);
        Interlocked.Increment(ref s_arrived);
        Processors.Stop((int)number);
    }

    private static void Count()
    {
        for (int i = 0; i < Rounds; i++)
        {
            Interlocked.Add(ref s_locked, 1);
            s_lock.Enter();
            s_guarded++;
            s_lock.Exit();
        }
    }

    /// <summary>Waits until all have counted, and look at the page.</summary>
    private static void Arrive(int processors)
    {
        Interlocked.Increment(ref s_arrived);
        while (Volatile.Read(ref s_arrived) != processors)
        {
            Processors.Relax();
        }
    }

    private static void Touch() => Volatile.Read(ref *(ulong*)Window);

    private static void Read()
    {
        if (Volatile.Read(ref *(ulong*)Window) != After)
        {
            Interlocked.Increment(ref s_stale);
        }

        Interlocked.Increment(ref s_done);
    }

    /// <summary>Puts another page behind the window, and says so when no processor remembers the first.</summary>
    private static void Remap([PageTableEntry] ulong* leaf)
    {
        PageTable.Write(leaf + PageTable.Index(Window, 1), Pages.Physical(Filled(After)) | PageTable.Present);
        Processors.FlushTranslations(0);
        Volatile.Write(ref s_isRemapped, 1);
    }

    /// <summary>Each is woken once and stops.</summary>
    private static void SayWoken(int processors)
    {
        s_arrived = 0;
        for (int i = 1; i < processors; i++)
        {
            Processors.Notify(i);
        }

        while (Volatile.Read(ref s_arrived) != processors - 1)
        {
            Processors.Relax();
        }

        Kernel.Say("WOKEN", (ulong)s_arrived);
    }

    /// <summary>An address space with a page at the window, and all that the kernel had.</summary>
    private static ulong* MapWindow()
    {
        ulong* root = (ulong*)PageTable.ToVirtual(X86.ReadCr3() & PageTable.AddressMask);
        ulong* third = NewTable(root + PageTable.Index(Window, TopLevel), 3);
        ulong* second = NewTable(third + PageTable.Index(Window, 3), 2);
        ulong* leaf = NewTable(second + PageTable.Index(Window, 2), 1);
        PageTable.Write(leaf + PageTable.Index(Window, 1), Pages.Physical(Filled(Before)) | PageTable.Present);
        return leaf;
    }

    [return: PageTableEntry]
    private static ulong* NewTable([PageTableEntry] ulong* entry, int level)
    {
        ulong* table = Pages.Take();
        PageTable.Adopt(Pages.Physical(table), level);
        PageTable.Write(entry, Pages.Physical(table) | PageTable.Present | PageTable.Writable);
        return table;
    }

    private static ulong* Filled(ulong value)
    {
        ulong* page = Pages.Take();
        *page = value;
        return page;
    }
}
