using ParaKit.Guest;

/// <summary>Threads over all processors that there are: "team=16" on the command line is 16 threads with 100 units of work each.</summary>
internal static unsafe class TeamCheck
{
    private const ulong Units = 100;

    // Processors start in this page, as it is in memory, with paging on from a moment on.
    private const ulong StartPage = 0x8000;

    public static void Run(ulong threads)
    {
        int processors = Processors.Initialize();
        AddressSpace.Kernel.Map(StartPage, StartPage, PageTable.Writable);
        ThreadTeam.Run(processors, (int)threads, Units, &TakePage);
        AddressSpace.Kernel.Unmap(StartPage);
        Console.Write(ThreadTeam.Total == threads * Units ? "TEAM PASS " : "TEAM FAIL ");
        Console.WriteDecimal(ThreadTeam.Total);
        Write(" units by ", (ulong)processors);
        Write(" processors, most ", ThreadTeam.Most);
        Write(" least ", ThreadTeam.Least);
        Console.Write("\n");
    }

    private static ulong* TakePage() => (ulong*)PageTable.ToVirtual(Frames.Allocate());

    private static void Write(string name, ulong value)
    {
        Console.Write(name);
        Console.WriteDecimal(value);
    }
}
