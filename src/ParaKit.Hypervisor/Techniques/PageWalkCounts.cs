using ParaKit.Hardware.Cpu;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>Names under which page walks are counted; part of the command line's output.</summary>
internal static class PageWalkCounts
{
    /// <summary>Walks of all processors, references made by them, and references of the longest.</summary>
    public static SortedDictionary<string, long> Of(IEnumerable<Processor> processors)
    {
        ProcessorCounters[] all = [.. processors.Select(processor => processor.Counters)];
        return new(StringComparer.Ordinal)
        {
            ["walks"] = all.Sum(counters => counters.PageWalks),
            ["references"] = all.Sum(counters => counters.PageWalkReferences),
            ["references of the longest"] = all.Max(counters => counters.LongestPageWalk),
        };
    }
}
