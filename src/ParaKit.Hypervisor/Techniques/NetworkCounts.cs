using ParaKit.Hypervisor.Network;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>Counts of an interface under the names that reports show.</summary>
internal static class NetworkCounts
{
    /// <summary>Adds them.</summary>
    public static void Add(IDictionary<string, long> counts, string name, NetworkCounters counters)
    {
        counts[name + " packets sent"] = counters.Sent;
        counts[name + " packets received"] = counters.Received;
        counts[name + " packets dropped"] = counters.Dropped;
        counts[name + " packets filtered"] = counters.Filtered;
        counts[name + " requests failed"] = counters.Failed;
        counts[name + " bytes sent"] = counters.BytesSent;
        counts[name + " bytes received"] = counters.BytesReceived;
        counts[name + " header bytes copied"] = counters.HeaderBytesCopied;
        counts[name + " payload bytes copied"] = counters.PayloadBytesCopied;
        counts[name + " pages flipped"] = counters.PagesFlipped;
    }
}
