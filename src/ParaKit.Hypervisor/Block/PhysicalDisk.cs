namespace ParaKit.Hypervisor.Block;

/// <summary>
/// A disk that virtual devices of several domains lie on: one request at a time, each after the virtual time that it takes. While several devices have requests, each gives a few to a batch,
/// which an elevator does as a whole before the next; so nobody keeps the others from the disk. Barham et al. 2003, "Disk": "batches of requests from competing domains in a
/// simple round-robin fashion; these are then passed to a standard elevator scheduler".
/// </summary>
internal sealed class PhysicalDisk
{
    private const int RequestsPerBatch = 8;
    private const ulong RequestNanoseconds = 20_000;
    private const ulong SectorNanoseconds = 1_000;
    private const ulong SeekNanoseconds = 30_000;

    private readonly List<DiskSchedule> _devices = [];
    private readonly List<(DiskSchedule Device, DiskRequest Request)> _batch = [];
    private (DiskSchedule Device, DiskRequest Request)? _running;
    private ulong _head;
    private ulong _now;
    private int _turn;

    /// <summary>When the request that runs is done; null if none does.</summary>
    public ulong? NextDeadline { get; private set; }

    /// <summary>Virtual time that a request takes, in nanoseconds.</summary>
    public static ulong NanosecondsOf(ulong sectors, bool isSeek) => RequestNanoseconds + (isSeek ? SeekNanoseconds : 0) + (sectors * SectorNanoseconds);

    /// <summary>A device has a new request.</summary>
    public void Use(DiskSchedule device, ulong now)
    {
        if (!_devices.Contains(device))
        {
            _devices.Add(device);
        }

        StartNext(now);
    }

    /// <summary>Takes back the requests of a device that are not done, in the order in which the disk took them.</summary>
    public IReadOnlyList<DiskRequest> Take(DiskSchedule device)
    {
        List<DiskRequest> taken = [.. _batch.Where(request => request.Device == device).Select(request => request.Request)];
        _batch.RemoveAll(request => request.Device == device);
        _devices.Remove(device);
        device.Taken = 0;
        if (_running is { } running && running.Device == device)
        {
            taken.Insert(0, running.Request);
            (_running, NextDeadline) = (null, null);
        }

        StartNext(_now);
        return taken;
    }

    /// <summary>Finishes what is done by now.</summary>
    public void Serve(ulong now)
    {
        while (NextDeadline <= now && _running is { } done)
        {
            var end = NextDeadline.GetValueOrDefault();
            (_running, NextDeadline) = (null, null);
            done.Device.Taken--;
            _head = done.Request.Sector + done.Request.Sectors;
            done.Request.Execute();
            StartNext(end);
        }
    }

    private void StartNext(ulong now)
    {
        _now = now;
        if (_running is not null)
        {
            return;
        }

        Fill();
        if (_batch.Count > 0)
        {
            var next = Nearest();
            _batch.Remove(next);
            _running = next;
            NextDeadline = now + NanosecondsOf(next.Request.Sectors, isSeek: next.Request.Sector != _head);
        }
    }

    /// <summary>A device alone gives all that it can at any time; several give a few each, when the last batch is done.</summary>
    private void Fill()
    {
        var hasOthers = _devices.Count(device => device.Count > 0) > 1;
        if (hasOthers && _batch.Count > 0)
        {
            return;
        }

        for (var i = 0; i < _devices.Count; i++)
        {
            var device = _devices[(_turn + i) % _devices.Count];
            var taken = _batch.Where(request => request.Device == device).ToArray();
            var isStopped = device.Waiting.Count == 0 || Array.Exists(taken, t => t.Request.IsBarrier) || (taken.Length > 0 && device.Waiting[0].IsBarrier);
            var count = isStopped ? 0 : Math.Min(device.Eligible, hasOthers ? RequestsPerBatch : int.MaxValue);
            _batch.AddRange(device.Waiting.Take(count).Select(request => (device, request)));
            device.Waiting.RemoveRange(0, count);
            device.Taken += count;
        }

        _turn++;
    }

    /// <summary>The nearest ahead of the head, from the beginning if none is ahead.</summary>
    private (DiskSchedule Device, DiskRequest Request) Nearest()
    {
        var nearest = _batch[0];
        foreach (var taken in _batch)
        {
            // What lies behind the head is further than all that lies ahead: the distance wraps.
            nearest = taken.Request.Sector - _head < nearest.Request.Sector - _head ? taken : nearest;
        }

        return nearest;
    }
}
