using ParaKit.Guest;

/// <summary>
/// Pages that the kernel offers to share with others. "offer=600 common=67 seed=5" on the command line are 600 pages, of which 67 percent are the same in all guests. When
/// "settle=100" ticks are over it writes to every fourth, which then is its own again, and looks whether all hold what they should.
/// </summary>
internal static unsafe class OfferedPages
{
    private const ulong PagesPerWrite = 4;
    private const ulong Written = 0x1234_5678;

    private static ulong[] s_frames;
    private static ulong s_copies;

    public static void Run(ulong count)
    {
        s_frames = new ulong[count];
        ulong offered = 0;
        for (ulong page = 0; page < count; page++)
        {
            s_frames[page] = Frames.Allocate();
            Frames.Clear(s_frames[page]);
            MemoryLoad.Mark(WordsOf(page), page, count);
            offered += PageSharing.TryOffer(Pfn.Containing(s_frames[page])) ? 1UL : 0;
        }

        Report("OFFER shared ", offered);
        Wait();
        ulong right = 0;
        for (ulong page = 0; page < count; page++)
        {
            right += IsRight(page, count) ? 1UL : 0;
        }

        Report("OFFER copied ", s_copies);
        Report(right == count ? "OFFER PASS " : "OFFER FAIL ", right);
    }

    /// <summary>Makes an offered page the kernel's own, because it is written to.</summary>
    [NoAllocation]
    public static bool TryCopy(ulong address)
    {
        if (s_frames == null || address < PageTable.KernelBase || !PageSharing.TryCopy(Pfn.Containing(address - PageTable.KernelBase)))
        {
            return false;
        }

        s_copies++;
        return true;
    }

    private static bool IsRight(ulong page, ulong count)
    {
        ulong* words = WordsOf(page);
        if (page % PagesPerWrite == 0)
        {
            words[0] = Written;
        }

        ulong expected = page % PagesPerWrite == 0 ? Written : 0;
        return words[0] == expected && words[1] == MemoryLoad.MarkOf(page, count);
    }

    private static ulong* WordsOf(ulong page) => (ulong*)PageTable.ToVirtual(s_frames[page]);

    private static void Wait()
    {
        ulong ticks = CommandLine.TryGetNumber("settle=", out ulong number) ? number : 0;
        for (ulong end = Traps.Ticks + ticks; Traps.Ticks < end;)
        {
            X86.Hlt();
        }
    }

    private static void Report(string what, ulong number)
    {
        Console.Write(what);
        Console.WriteDecimal(number);
        Console.Write("\n");
    }
}
