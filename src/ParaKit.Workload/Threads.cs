using ParaKit.Guest;

/// <summary>The sample's threads over processors, as a workload.</summary>
internal static unsafe class Threads
{
    /// <summary>Runs "threads" threads of "units" units each on "vcpus" processors.</summary>
    public static ulong Run()
    {
        ulong threads = Settings.Number("threads"u8, 8);
        ulong units = Settings.Number("units"u8, 100);
        ThreadTeam.Run((int)Settings.Number("vcpus"u8, (ulong)Processors.Initialize()), (int)threads, units, &Pages.Take);
        Kernel.Say("MOST", ThreadTeam.Most);
        Kernel.Say("LEAST", ThreadTeam.Least);
        Kernel.Say("YIELDS", ThreadTeam.Yields);
        Kernel.Say("TIME", X86.Rdtsc());
        if (ThreadTeam.Total != threads * units)
        {
            Platform.Fail("a unit of work was lost");
        }

        return ThreadTeam.Total;
    }
}
