namespace ParaKit.Hypervisor.Block;

/// <summary>A request that waits for the disk.</summary>
/// <param name="Sector">Where.</param>
/// <param name="Sectors">How much.</param>
/// <param name="IsBarrier">Whether nothing may pass it, in either direction.</param>
/// <param name="Execute">Does it.</param>
internal sealed record DiskRequest(ulong Sector, ulong Sectors, bool IsBarrier, Action Execute);

/// <summary>The requests of one virtual device, which wait for a disk that others may use, too. No request passes a barrier of the same device. Barham et al. 2003, "Disk", "reorder barriers".</summary>
/// <param name="disk">The disk.</param>
internal sealed class DiskSchedule(PhysicalDisk disk)
{
    /// <summary>Requests of a device with a disk to itself.</summary>
    public DiskSchedule()
        : this(new PhysicalDisk())
    {
    }

    /// <summary>Requests that the disk has not taken, in order.</summary>
    public List<DiskRequest> Waiting { get; } = [];

    /// <summary>When the disk is done with the request that it runs; null if this device has none.</summary>
    public ulong? NextDeadline => Count == 0 ? null : disk.NextDeadline;

    /// <summary>Requests that wait or run.</summary>
    public int Count => Waiting.Count + Taken;

    /// <summary>Requests of those that the disk has taken; it counts them.</summary>
    public int Taken { get; set; }

    /// <summary>Virtual time that a request takes, in nanoseconds.</summary>
    public static ulong NanosecondsOf(ulong sectors, bool isSeek) => PhysicalDisk.NanosecondsOf(sectors, isSeek);

    /// <summary>Adds a request.</summary>
    public void Add(DiskRequest request, ulong now)
    {
        Waiting.Add(request);
        disk.Use(this, now);
    }

    /// <summary>Forgets all requests.</summary>
    public void Clear()
    {
        Waiting.Clear();
        disk.Take(this);
    }

    /// <summary>Does all requests at once, in order.</summary>
    public void Drain()
    {
        DiskRequest[] all = [.. disk.Take(this), .. Waiting];
        Waiting.Clear();
        Array.ForEach(all, request => request.Execute());
    }

    /// <summary>Finishes what the disk is done with by now.</summary>
    public void Serve(ulong now) => disk.Serve(now);

    /// <summary>How many of the first requests can be done in any order; 1 for a barrier, which goes alone.</summary>
    public int Eligible
    {
        get
        {
            var first = Waiting.FindIndex(request => request.IsBarrier);
            return first < 0 ? Waiting.Count : Math.Max(first, 1);
        }
    }
}
