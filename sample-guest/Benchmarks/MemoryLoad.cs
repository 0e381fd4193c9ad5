using ParaKit.Guest;

/// <summary>
/// Uses memory: touches random pages among the first so many of a region that may be larger than memory, and says what it took. "load=3000 working=1000 rounds=50" on
/// the command line is a region of 3000 pages, of which all are touched once and then 1000 are used in 50 rounds. With "settle=100" it does nothing for 100 ticks before that, so
/// that its balloon driver gets where it is wanted, and with "idle=200" for 200 ticks afterwards.
/// With "hot=20", nine touches of ten go to a fifth of the pages. "common=67 seed=5" makes 67 percent of the pages the same in all guests; "probe" times writes to such pages at the end.
/// </summary>
internal static unsafe class MemoryLoad
{
    private const int BalloonFramesPerPoll = 64;
    private const ulong TicksPerPoll = 10;
    private const ulong Multiplier = 6364136223846793005;
    private const ulong Increment = 1442695040888963407;

    private const ulong Parts = 10;
    private const ulong HotTouches = 9;
    private const ulong ProbedPages = 64;
    private const ulong UniqueShift = 32;

    private static BalloonDriver s_balloon;
    private static ulong s_random = 1;
    private static ulong s_nextPoll;

    public static void Run(ulong pages)
    {
        SwappedRegion.Initialize(pages);
        s_balloon = new BalloonDriver(new BalloonMemory(), (int)(Platform.MemoryBytes / PageTable.PageSize));
        for (ulong page = 0; page < pages; page++)
        {
            Touch(page);
            Mark((ulong*)(SwappedRegion.Start + (page * PageTable.PageSize)), page, pages);
        }

        Idle(Number("settle=", 0));
        ulong touches = pages;
        ulong working = Number("working=", pages);
        ulong rounds = Number("rounds=", 1);
        for (ulong round = 0; round < rounds; round++)
        {
            touches += Round(working);
        }

        Idle(Number("idle=", 0));
        if (CommandLine.Has("probe"))
        {
            Probe(pages);
        }

        ulong sum = Sum(pages);
        Console.Write(sum == touches ? "LOAD PASS " : "LOAD FAIL ");
        Console.WriteDecimal(sum);
        Console.Write("\n");
    }

    /// <summary>As many touches as there are pages.</summary>
    private static ulong Round(ulong working)
    {
        ulong hot = working * Number("hot=", 100) / 100;
        ulong start = TimeStamp.Now;
        for (ulong i = 0; i < working; i++)
        {
            Touch(Next() % (Next() % Parts < HotTouches ? hot : working));
        }

        Report(working, TimeStamp.Now - start);
        return working;
    }

    private static ulong Next()
    {
        s_random = (s_random * Multiplier) + Increment;
        return s_random >> 33;
    }

    private static void Touch(ulong page)
    {
        (*(ulong*)(SwappedRegion.Start + (page * PageTable.PageSize)))++;
        Poll();
    }

    /// <summary>
    /// What is in a page besides its counter: the same in every guest for the first "common=67" percent of the pages, and for the others the guest's own, by its "seed=5".
    /// </summary>
    public static void Mark(ulong* words, ulong page, ulong pages) => words[1] = MarkOf(page, pages);

    /// <summary>What <see cref="Mark"/> writes.</summary>
    public static ulong MarkOf(ulong page, ulong pages)
    {
        bool isCommon = page * 100 < pages * Number("common=", 100);
        return page + 1 + (isCommon ? 0 : (Number("seed=", 1) << (int)UniqueShift));
    }

    /// <summary>Times writes to pages that others may have too, and to some that nobody has: a page that is shared takes longer.</summary>
    private static void Probe(ulong pages)
    {
        Console.Write("PROBE common ");
        Console.WriteDecimal(TimeWrites(0));
        Console.Write(" unique ");
        Console.WriteDecimal(TimeWrites(pages - ProbedPages));
        Console.Write("\n");
    }

    private static ulong TimeWrites(ulong first)
    {
        X86.Cli();
        ulong time = 0;
        for (ulong page = first; page < first + ProbedPages; page++)
        {
            var word = (ulong*)(SwappedRegion.Start + (page * PageTable.PageSize)) + 2;
            ulong before = *word;
            ulong start = TimeStamp.Now;
            *word = before + 1;
            time += TimeStamp.Now - start;
        }

        X86.Sti();
        return time;
    }

    private static void Poll()
    {
        if (Traps.Ticks >= s_nextPoll)
        {
            s_nextPoll = Traps.Ticks + TicksPerPoll;
            s_balloon.Poll(BalloonFramesPerPoll);
        }
    }

    private static void Idle(ulong ticks)
    {
        for (ulong end = Traps.Ticks + ticks; Traps.Ticks < end;)
        {
            X86.Hlt();
            Poll();
        }
    }

    private static ulong Number(string prefix, ulong otherwise) => CommandLine.TryGetNumber(prefix, out ulong number) ? number : otherwise;

    private static ulong Sum(ulong pages)
    {
        ulong sum = 0;
        for (ulong page = 0; page < pages; page++)
        {
            sum += *(ulong*)(SwappedRegion.Start + (page * PageTable.PageSize));
        }

        return sum;
    }

    private static void Report(ulong touches, ulong time)
    {
        Console.Write("LOAD touches ");
        Console.WriteDecimal(touches);
        Write(" time ", time);
        Write(" out ", SwappedRegion.PageOuts);
        Write(" in ", SwappedRegion.PageIns);
        Write(" balloon ", (ulong)s_balloon.Size);
        Console.Write("\n");
    }

    private static void Write(string name, ulong value)
    {
        Console.Write(name);
        Console.WriteDecimal(value);
    }
}
