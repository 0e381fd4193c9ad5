namespace ParaKit.Hypervisor.Block;

/// <summary>A request that waits for the disk.</summary>
/// <param name="Sector">Where.</param>
/// <param name="Sectors">How much.</param>
/// <param name="IsBarrier">Whether nothing may pass it, in either direction.</param>
/// <param name="Execute">Does it.</param>
internal sealed record DiskRequest(ulong Sector, ulong Sectors, bool IsBarrier, Action Execute);

/// <summary>
/// Requests in the order of an elevator, one at a time, each after the virtual time that it takes. No request passes a barrier. Barham et al. 2003, "Disk",
/// "reorder barriers".
/// </summary>
internal sealed class DiskSchedule
{
    private const ulong RequestNanoseconds = 20_000;
    private const ulong SectorNanoseconds = 1_000;
    private const ulong SeekNanoseconds = 30_000;

    private readonly List<DiskRequest> _waiting = [];
    private DiskRequest? _running;
    private ulong _head;

    /// <summary>When the request that runs is done; null if none does.</summary>
    public ulong? NextDeadline { get; private set; }

    /// <summary>Requests that wait or run.</summary>
    public int Count => _waiting.Count + (_running is null ? 0 : 1);

    /// <summary>Virtual time that a request takes, in nanoseconds.</summary>
    public static ulong NanosecondsOf(ulong sectors, bool isSeek) => RequestNanoseconds + (isSeek ? SeekNanoseconds : 0) + (sectors * SectorNanoseconds);

    /// <summary>Adds a request.</summary>
    public void Add(DiskRequest request, ulong now)
    {
        _waiting.Add(request);
        StartNext(now);
    }

    /// <summary>Forgets all requests.</summary>
    public void Clear()
    {
        _waiting.Clear();
        (_running, NextDeadline) = (null, null);
    }

    /// <summary>Finishes what is done by now.</summary>
    public void Serve(ulong now)
    {
        while (NextDeadline <= now && _running is { } done)
        {
            var end = NextDeadline.GetValueOrDefault();
            (_running, NextDeadline) = (null, null);
            _head = done.Sector + done.Sectors;
            done.Execute();
            StartNext(end);
        }
    }

    private void StartNext(ulong now)
    {
        if (_running is not null || _waiting.Count == 0)
        {
            return;
        }

        _running = Choose();
        _waiting.Remove(_running);
        NextDeadline = now + NanosecondsOf(_running.Sectors, isSeek: _running.Sector != _head);
    }

    /// <summary>The nearest ahead of the head among those before the first barrier, from the beginning if none is ahead.</summary>
    private DiskRequest Choose()
    {
        var first = _waiting.FindIndex(r => r.IsBarrier);
        var eligible = first < 0 ? _waiting : first == 0 ? _waiting[..1] : _waiting[..first];
        return eligible.Where(r => r.Sector >= _head).MinBy(r => r.Sector) ?? eligible.MinBy(r => r.Sector)!;
    }
}
