using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.MemoryPolicies;
using ParaKit.Hypervisor.Overcommit;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>
/// A machine whose unmodified guests believe to have more memory than it has. Each guest has a processor and a clock of its own, and they run in lockstep, a
/// period at a time; only memory is common. Waldspurger, "Memory Resource Management in VMware ESX Server" (2002).
/// </summary>
/// <remarks>
/// In each period activity is sampled, the policy says what each guest should have, balloons are told, and as free memory requires guests are paged or held.
/// While processors are idle, pages with the same contents are found and shared.
/// </remarks>
public sealed class OvercommittedMachine : IDisposable
{
    private readonly OvercommitOptions _options;
    private readonly FramePool _pool;
    private readonly AdmissionControl _admission;
    private readonly FreeMemoryMonitor _free = new();
    private readonly List<OvercommittedGuest> _guests = [];
    private long _overhead;
    private int _started;

    /// <summary>Builds the machine.</summary>
    /// <exception cref="ArgumentException">The technique cannot share memory, or a number is out of its range.</exception>
    public OvercommittedMachine(OvercommitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfZero(options.Period);
        ArgumentOutOfRangeException.ThrowIfZero(options.SamplePeriod);
        _ = MonitoredGuests.OverheadOf(options.Technique, 0);
        _options = options;
        var frames = (long)(options.MemoryBytes / PageTableEntries.FrameBytes);
        _pool = new FramePool(new MachineMemory(frames), options.Policy, pages => Of(pages).Claim(), options.Seed);
        _admission = new AdmissionControl(frames, (long)(options.SwapBytes / PageTableEntries.FrameBytes));
    }

    /// <summary>Bytes of the machine that the monitor of a guest takes for itself.</summary>
    /// <param name="technique">How the guest runs.</param>
    /// <param name="guestBytes">What its kernel believes to have.</param>
    /// <exception cref="ArgumentException">The technique cannot share memory.</exception>
    public static ulong MonitorBytes(string technique, ulong guestBytes) =>
        (ulong)MonitoredGuests.OverheadOf(technique, guestBytes) * PageTableEntries.FrameBytes;

    /// <summary>The guests, in the order of their start.</summary>
    public IReadOnlyList<OvercommittedGuest> Guests => _guests;

    /// <summary>Virtual nanoseconds since the machine was built.</summary>
    public ulong Now { get; private set; }

    /// <summary>Frames for guests: all but those of their monitors.</summary>
    public long Frames => (long)_pool.Machine.Frames.Count - 1 - _overhead;

    /// <summary>Frames of those that are free.</summary>
    public long FreeFrames => _pool.Free;

    /// <summary>How urgently memory is needed.</summary>
    public FreeMemoryState State => _free.State;

    /// <summary>Hears of each step of sharing a page.</summary>
    public Action<SharingEvent>? SharingObserver
    {
        get => _pool.Sharing.Observer;
        set => _pool.Sharing.Observer = value;
    }

    /// <summary>What sharing has come to, as things are now.</summary>
    public SharingReport Sharing => new(
        _pool.Sharing.SharedPages, _pool.Sharing.SharedFrames, _pool.Sharing.ZeroPages, _pool.Sharing.Scanned, _pool.Sharing.StaleHints, _pool.Sharing.Collisions);

    /// <summary>Frames, swap space and sharing, for tests of invariants.</summary>
    internal FramePool Pool => _pool;

    /// <summary>Starts a guest.</summary>
    /// <param name="request">What to run; its memory is what its kernel sees.</param>
    /// <param name="parameters">What it is promised; null for nothing special.</param>
    /// <exception cref="DomainBuildException">It cannot be admitted, or its image cannot be used.</exception>
    public OvercommittedGuest Start(RunRequest request, GuestMemoryParameters? parameters = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Add(request, parameters ?? new(), original: null);
    }

    /// <summary>Starts a guest that goes on where another is. It has the other's pages until one of the two writes to them.</summary>
    /// <exception cref="DomainBuildException">It cannot be admitted; or the other has ended, or has disks, network interfaces or plug-ins, whose state is not only its own.</exception>
    public OvercommittedGuest Clone(OvercommittedGuest guest)
    {
        ArgumentNullException.ThrowIfNull(guest);
        if (!guest.IsAlive || guest.Request is not { Disks.Count: 0, Interfaces.Count: 0, Extensions.Count: 0 })
        {
            throw new DomainBuildException($"Guest {guest.Number} cannot be cloned: it has ended, or has disks, network interfaces or plug-ins, whose state is not only its own.");
        }

        return Add(guest.Request, guest.Parameters, guest);
    }

    /// <summary>Ends a guest and gives back all it had. Its result can still be asked for.</summary>
    public void End(OvercommittedGuest guest)
    {
        ArgumentNullException.ThrowIfNull(guest);
        if (_guests.Remove(guest))
        {
            guest.Keep();
            _pool.Sharing.Drop(guest.Pages);
            _pool.Remove(guest.Pages);
            guest.Dispose();
            var overhead = MonitoredGuests.OverheadOf(_options.Technique, MachineRun.MemoryBytes(guest.Request));
            _overhead -= overhead;
            _admission.Release(guest.MinimumPages, guest.Size, overhead);
        }
    }

    /// <summary>Lets all guests run for a while, or until all have ended.</summary>
    /// <param name="nanoseconds">Virtual time.</param>
    public void RunFor(ulong nanoseconds)
    {
        var end = Now + nanoseconds;
        while (Now < end && _guests.Exists(guest => guest.IsAlive))
        {
            var next = Math.Min(end, Now - (Now % _options.Period) + _options.Period);
            _guests.ForEach(guest => guest.RunUntil(next));
            Now = next;
            if (Now % _options.Period == 0)
            {
                Manage();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _guests.ForEach(guest => guest.Dispose());
        _pool.Dispose();
    }

    private OvercommittedGuest Of(GuestPages pages) => _guests.Find(guest => guest.Pages == pages)!;

    private OvercommittedGuest Add(RunRequest request, GuestMemoryParameters parameters, OvercommittedGuest? original)
    {
        var bytes = MachineRun.MemoryBytes(request);
        var (pageCount, overhead) = ((long)(bytes / PageTableEntries.FrameBytes), MonitoredGuests.OverheadOf(_options.Technique, bytes));
        var minimum = Math.Min((long)(parameters.MinimumBytes / PageTableEntries.FrameBytes), pageCount);
        if (_admission.TryAdmit(minimum, pageCount, overhead) is { } reason)
        {
            throw new DomainBuildException(reason);
        }

        while (_pool.Free < overhead && _guests.Exists(guest => _pool.TryPageOut(guest.Pages)))
        {
            // Somebody makes room for the monitor's tables.
        }

        var pages = new GuestPages(new DomainId((ushort)++_started), _pool, pageCount, SaltOf(parameters));
        try
        {
            var guest = Build(request with { Costs = _options.Costs }, parameters, pages, original);
            _overhead += overhead;
            _guests.Add(guest);
            _pool.Add(pages);
            return guest;
        }
        catch
        {
            pages.Clear();
            _admission.Release(minimum, pageCount, overhead);
            throw;
        }
    }

    private ulong SaltOf(GuestMemoryParameters parameters) =>
        _options.Sharing != SharingMode.Salted ? 0 : parameters.Salt != 0 ? parameters.Salt : ulong.MaxValue - (ulong)_started;

    private OvercommittedGuest Build(RunRequest request, GuestMemoryParameters parameters, GuestPages pages, OvercommittedGuest? original)
    {
        var monitored = MonitoredGuests.Make(_options.Technique, _pool.Machine, pages.Memory, request);
        MachineRun run;
        try
        {
            run = new MachineRun(_options.Technique, request, monitored.Machine, pages.Memory, monitored, isClone: original is not null);
        }
        catch
        {
            monitored.Dispose();
            throw;
        }

        if (original is not null)
        {
            PageCloning.Copy(original.Pages, pages, _pool);
            monitored.CopyStateFrom(original.Monitored);
        }

        pages.Translations = monitored.Translations;
        pages.Charges = (monitored.Machine.Clock, _options.Costs.Instruction);
        return new OvercommittedGuest(_started, request, parameters, pages, monitored, run, original?.StartedAt ?? Now, _options.HasBalloons);
    }

    private void Manage()
    {
        Sample();
        var targets = MemoryDivision.Divide(_options.Policy, [.. _guests.Select(guest => guest.Claim())], Divisible());
        for (var i = 0; i < targets.Length; i++)
        {
            SetTarget(_guests[i], targets[i]);
        }

        Reclaim(_free.Update(FreeFrames, Frames));
        Share();
    }

    private void Sample()
    {
        foreach (var guest in _guests.Where(guest => guest.IsAlive && Now >= guest.NextSample))
        {
            guest.Pages.Sample(_options.Samples, _pool.Random);
            guest.NextSample = Now + _options.SamplePeriod;
        }
    }

    /// <summary>Pages that guests can have together: the frames without those to be kept free, and what sharing has gained.</summary>
    private long Divisible() => Math.Max(
        Frames - (long)(Frames * FreeMemoryMonitor.Goal) + _pool.Sharing.Reclaimed, _guests.Sum(guest => guest.MinimumPages));

    private void SetTarget(OvercommittedGuest guest, long target)
    {
        guest.Target = target;
        var (wanted, step) = (guest.Size - target, _options.BalloonPagesPerPeriod);
        guest.BalloonTarget = Math.Clamp(wanted, guest.BalloonTarget - step, guest.BalloonTarget + step);
    }

    private void Reclaim(FreeMemoryState state)
    {
        foreach (var guest in _guests)
        {
            var isPaged = state >= FreeMemoryState.Hard || (state == FreeMemoryState.Soft && !guest.HasBalloonDriver);
            while (isPaged && guest.Resident > guest.Target && FreeFrames < Frames * FreeMemoryMonitor.Goal && _pool.TryPageOut(guest.Pages))
            {
                // One page after the other.
            }

            guest.IsHeld = state == FreeMemoryState.Low && guest.Resident > guest.Target;
        }
    }

    private void Share()
    {
        var idleness = _guests.Count == 0 ? 0 : _guests.Average(guest => guest.TakeIdleness());
        if (_options.Sharing == SharingMode.Off || idleness < _options.ScanWhenIdle)
        {
            return;
        }

        foreach (var guest in _guests)
        {
            for (var i = 0; i < _options.ScansPerPeriod; i++)
            {
                _pool.Sharing.Scan(guest.Pages, new Pfn((ulong)_pool.Random.NextInt64(guest.Size)));
            }
        }
    }
}

/// <summary>What sharing has come to.</summary>
/// <param name="SharedPages">Pages that are in a frame with others, or were.</param>
/// <param name="SharedFrames">Frames that they are in.</param>
/// <param name="ZeroPages">Pages of those that are all zero.</param>
/// <param name="Scanned">Pages looked at.</param>
/// <param name="StaleHints">Hints that were not true any more.</param>
/// <param name="Collisions">Pages of the same hash with other contents.</param>
public readonly record struct SharingReport(long SharedPages, long SharedFrames, long ZeroPages, long Scanned, long StaleHints, long Collisions)
{
    /// <summary>Frames that sharing has freed.</summary>
    public long Reclaimed => SharedPages - SharedFrames;
}
