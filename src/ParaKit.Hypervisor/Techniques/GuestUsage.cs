namespace ParaKit.Hypervisor.Techniques;

/// <summary>What a guest used of a machine, in whole units: what it pays for.</summary>
public sealed record GuestUsage
{
    /// <summary>Nanoseconds of a processor in which the guest itself ran.</summary>
    public ulong GuestNanoseconds { get; init; }

    /// <summary>Nanoseconds of a processor in which the hypervisor worked for it: exits, switches to it, and interrupts on its behalf while others ran.</summary>
    public ulong HypervisorNanoseconds { get; init; }

    /// <summary>Pages of memory times the nanoseconds for which it had them.</summary>
    public UInt128 PageNanoseconds { get; init; }

    /// <summary>Requests to its disks.</summary>
    public ulong StorageRequests { get; init; }

    /// <summary>Bytes read from and written to them.</summary>
    public ulong StorageBytes { get; init; }

    /// <summary>Packets that it sent and received.</summary>
    public ulong NetworkPackets { get; init; }

    /// <summary>Bytes of those.</summary>
    public ulong NetworkBytes { get; init; }

    /// <summary>Reads the figures of devices, by the names under which results have them.</summary>
    internal static GuestUsage Of(ulong guest, ulong hypervisor, UInt128 pages, IReadOnlyDictionary<string, long> devices) => new()
    {
        GuestNanoseconds = guest,
        HypervisorNanoseconds = hypervisor,
        PageNanoseconds = pages,
        StorageRequests = Sum(devices, "xvd", " requests"),
        StorageBytes = Sum(devices, "xvd", " bytes read") + Sum(devices, "xvd", " bytes written"),
        NetworkPackets = Sum(devices, "vif", " packets sent") + Sum(devices, "vif", " packets received"),
        NetworkBytes = Sum(devices, "vif", " bytes sent") + Sum(devices, "vif", " bytes received"),
    };

    private static ulong Sum(IReadOnlyDictionary<string, long> devices, string device, string what) =>
        (ulong)devices.Where(count => count.Key.StartsWith(device, StringComparison.Ordinal) && count.Key.EndsWith(what, StringComparison.Ordinal)).Sum(count => count.Value);
}
