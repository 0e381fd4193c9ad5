using ParaKit.Hardware.Cpu;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>Names under which page walks are counted; part of the command line's output.</summary>
internal static class PageWalkCounts
{
    /// <summary>Walks, references made by them, and references of the longest.</summary>
    public static SortedDictionary<string, long> Of(ProcessorCounters counters) => new(StringComparer.Ordinal)
    {
        ["walks"] = counters.PageWalks,
        ["references"] = counters.PageWalkReferences,
        ["references of the longest"] = counters.LongestPageWalk,
    };
}
